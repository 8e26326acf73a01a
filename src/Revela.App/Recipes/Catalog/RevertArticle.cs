using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Links;
using Revela.Core;
using Revela.Core.Items;

namespace Revela.App.Recipes.Catalog;

/// <summary>POST /api/articulos/{id}/revert-image: the photo that the article came with is shown again.</summary>
public static class RevertArticle
{
    [EndpointSummary("Show an article's own photo again")]
    [Refuses(404, 409)]
    public static async Task<Ok<Answer<OneArticle>>> Handle(long id, HttpContext http, Articles articles, CancellationToken cancel)
    {
        var changed = await Revert(http.Tenant(), id, articles, cancel);
        return TypedResults.Ok(Answer<OneArticle>.Of(new OneArticle(Articles.View(changed, Linker.For(http))), "Imagen original restaurada"));
    }

    /// <exception cref="RevelaException"><c>not-found</c>; <c>wrong-state</c>: it came without a photo.</exception>
    public static async Task<Item> Revert(string tenant, long id, Articles articles, CancellationToken cancel)
    {
        var article = await articles.Find(tenant, id, cancel) ?? throw Refusals.NotFound("article");
        if (article.OriginalId is not { } original) throw Refusals.WrongState("The article has no photo.");
        return await articles.Change(article, fields: null, original, cancel) ?? throw Refusals.NotFound("article");
    }
}
