using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Links;
using Revela.Core.Jobs;

namespace Revela.App.Recipes.Catalog;

/// <summary>GET /api/articulos/processing-queue/{id}.</summary>
public static class GetProcessed
{
    [EndpointSummary("Read a run of the catalogue's queue")]
    [Refuses(404)]
    public static async Task<Ok<Answer<QueueEntryDetail>>> Handle(long id, HttpContext http, IJobStore jobs, CancellationToken cancel) =>
        TypedResults.Ok(Answer<QueueEntryDetail>.Of(new QueueEntryDetail(await Find(http.Tenant(), id, jobs, cancel), Linker.For(http))));

    public static async Task<Job> Find(string tenant, long id, IJobStore jobs, CancellationToken cancel)
    {
        var job = await jobs.Find(tenant, id, cancel);
        return job?.Pipeline.Name == CatalogRecipe.PipelineName && job.Metadata?["articulo_id"] is not null ? job : throw Refusals.NotFound("run");
    }
}
