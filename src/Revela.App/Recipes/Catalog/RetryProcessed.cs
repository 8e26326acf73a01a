using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.Core.Items;
using Revela.Core.Jobs;

namespace Revela.App.Recipes.Catalog;

/// <summary>POST /api/articulos/processing-queue/{id}/retry: puts a failed run back, with fresh attempts.</summary>
public static class RetryProcessed
{
    [EndpointSummary("Retry a failed run of the catalogue's queue")]
    [Refuses(404, 409)]
    public static async Task<Ok<Answer<RetriedEntry>>> Handle(long id, HttpContext http, IJobStore jobs, Articles articles, IItemStore items, CancellationToken cancel)
    {
        var job = await GetProcessed.Find(http.Tenant(), id, jobs, cancel);
        if (job.State is not (JobState.Failed or JobState.Cancelled)) throw Refusals.WrongState("Only a failed run can be retried.");
        if (await articles.Find(job.Tenant, QueueEntry.ArticleOf(job), cancel) is { } article
            && await ItemState.Of(article, items, jobs, cancel) is { State: JobState.Pending or JobState.Processing })
            throw Refusals.WrongState("The article has another run in the queue.");
        if (await jobs.Retry(job.Tenant, job.Id, cancel) != JobState.Pending) throw Refusals.WrongState("Only a failed run can be retried.");
        return TypedResults.Ok(Answer<RetriedEntry>.Of(new RetriedEntry(job.Seq, "pending", 0), "Artículo devuelto a la cola de procesamiento"));
    }
}

public sealed record RetriedEntry(long Id, string Estado, int Intentos);
