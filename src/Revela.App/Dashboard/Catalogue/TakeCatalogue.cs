using System.Globalization;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Dashboard.Develop;
using Revela.App.Recipes.Catalog;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.App.Dashboard.Catalogue;

/// <summary>POST /catalogue/do: one order for all articles that were chosen; and POST /catalogue/price: what it would take.</summary>
public sealed class TakeCatalogue(ArticleLines lines, ProcessArticles processing, Quotes quotes, PipelineCatalog pipelines, IJobStore jobs, AuditLog audit, Visits visits)
{
    public const string Process = "process", Cancel = "cancel";

    /// <summary>What comes before and after the rest, as <c>catalogue.priority-{n}</c> calls it.</summary>
    public static readonly IReadOnlyList<string> Priorities = ["0", "10", "-10"];

    public static Task<IResult> Handle(HttpContext http, TakeCatalogue door, CancellationToken cancel) => door.Take(http, cancel);

    public static Task<IResult> Price(HttpContext http, TakeCatalogue door, CancellationToken cancel) => door.TellPrice(http, cancel);

    async Task<IResult> Take(HttpContext http, CancellationToken cancel)
    {
        var form = http.Request.Form;
        var ids = await Chosen(http, cancel);
        if (ids.Count == 0) throw Refusals.Invalid("Choose articles first.");
        return form["order"].ToString() switch
        {
            Process => await Begin(http, ids, int.TryParse(form["priority"], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var priority) ? priority : 0, cancel),
            Cancel => await Stop(http, ids, cancel),
            _ => throw Refusals.Invalid("'order' is process or cancel."),
        };
    }

    async Task<IResult> TellPrice(HttpContext http, CancellationToken cancel)
    {
        var quote = await quotes.Of(http.Access(), pipelines.Get(CatalogRecipe.PipelineName), cancel);
        return TypedResults.Text(quote.Words(visits.Of(http), (await Chosen(http, cancel)).Count));
    }

    // Those that are ticked, or all that the filter holds, on whatever page they are.
    async Task<IReadOnlyCollection<long>> Chosen(HttpContext http, CancellationToken cancel)
    {
        var form = http.Request.Form;
        if (form["all"] == "true") return [.. (await lines.All(http.Tenant(), cancel)).Where(CatalogueChoice.Of(http.Request).Holds).Select(line => line.Number)];
        return [.. form["id"].Select(text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : throw Refusals.Invalid("'id' is not a number.")).Distinct()];
    }

    async Task<IResult> Begin(HttpContext http, IReadOnlyCollection<long> ids, int priority, CancellationToken cancel)
    {
        var queued = await processing.Queue(http.Tenant(), ids, priority, cancel);
        var told = (queued.Agregados, queued.Omitidos) switch { (0, _) => "catalogue.none-begun", (_, 0) => "catalogue.begun", _ => "catalogue.some-begun" };
        return Answers.Go(http, Answers.Local(http.Request.Form["then"]), told, $"{queued.Agregados}");
    }

    async Task<IResult> Stop(HttpContext http, IReadOnlyCollection<long> ids, CancellationToken cancel)
    {
        var wanted = ids.ToHashSet();
        var open = (await lines.All(http.Tenant(), cancel)).Where(line => wanted.Contains(line.Number) && line.Standing is (ArticleStanding.Waiting or ArticleStanding.Running)).ToArray();
        foreach (var line in open) await jobs.Cancel(http.Tenant(), line.Article.JobId!.Value, cancel);
        await audit.Note(http, "catalog.cancel", $"{open.Length}");
        return Answers.Go(http, Answers.Local(http.Request.Form["then"]), "catalogue.stopped", $"{open.Length}");
    }
}
