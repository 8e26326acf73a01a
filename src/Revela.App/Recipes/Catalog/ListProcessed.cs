using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.Core.Jobs;

namespace Revela.App.Recipes.Catalog;

/// <summary>GET /api/articulos/processing-queue/history: runs, newest first.</summary>
public static class ListProcessed
{
    const int MostPassedOver = 1_000_000;

    [EndpointSummary("List the runs of the catalogue's queue")]
    [Refuses(400)]
    public static async Task<Ok<Answer<History>>> Handle(int? limit, int? offset, HttpContext http, IJobStore jobs, CancellationToken cancel)
    {
        var (most, from) = (Refusals.PageSize(limit), offset ?? 0);
        if (from is < 0 or > MostPassedOver) throw Refusals.Invalid($"'offset' must be 0 to {MostPassedOver}.");
        var page = await jobs.List(new JobQuery { Tenant = http.Tenant(), Pipeline = CatalogRecipe.PipelineName, Limit = most, Offset = from }, cancel);
        return TypedResults.Ok(Answer<History>.Of(new History([.. page.Items.Where(job => job.Metadata?["articulo_id"] is not null).Select(QueueEntry.Of)], most, from)));
    }
}

public sealed record History(IReadOnlyList<QueueEntry> Historial, int Limit, int Offset);
