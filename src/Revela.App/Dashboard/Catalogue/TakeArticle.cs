using System.Text.Json.Nodes;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Recipes.Catalog;

namespace Revela.App.Dashboard.Catalogue;

/// <summary>POST /catalogue/{number}, /keep, /revert and /process: what somebody wants of one article.</summary>
public static class TakeArticle
{
    static readonly string[] Texts = ["nombre", "descripcion", "unidad", "categoria_id"];

    public static async Task<IResult> Keep(long number, HttpContext http, Articles articles, CancellationToken cancel)
    {
        _ = await articles.Keep(http.Tenant(), number, cancel) ?? throw Refusals.NotFound("article");
        return Go(http, number, "catalogue.kept");
    }

    public static async Task<IResult> Revert(long number, HttpContext http, Articles articles, CancellationToken cancel)
    {
        await RevertArticle.Revert(http.Tenant(), number, articles, cancel);
        return Go(http, number, "catalogue.reverted");
    }

    public static async Task<IResult> Process(long number, HttpContext http, ProcessArticles processing, CancellationToken cancel)
    {
        var queued = await processing.Queue(http.Tenant(), [number], 0, cancel);
        return Go(http, number, queued.Agregados > 0 ? "catalogue.begun" : "catalogue.none-begun");
    }

    public static async Task<IResult> Change(long number, HttpContext http, Articles articles, CancellationToken cancel)
    {
        var form = http.Request.Form;
        var article = await articles.Find(http.Tenant(), number, cancel) ?? throw Refusals.NotFound("article");
        var given = new JsonObject { ["activo"] = form["activo"] == "true" ? "true" : "false" };
        foreach (var name in Texts) given[name] = form[name].ToString().Trim();
        _ = await articles.Change(article, ArticleFields.Read(given, isForm: true, article.Metadata), photo: null, cancel) ?? throw Refusals.NotFound("article");
        return Go(http, number, "catalogue.changed");
    }

    static IResult Go(HttpContext http, long number, string told) =>
        Answers.Go(http, http.Request.Form["then"].ToString() is { Length: > 0 } then ? Answers.Local(then) : $"{Places.Catalogue.Path}/{number}", told, $"{number}");
}
