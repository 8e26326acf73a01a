using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core.Jobs;
using Revela.Core.Notices;

namespace Revela.App.Api.Batches;

/// <summary>POST /api/v1/batches/{id}/retry: all its failed jobs once more.</summary>
public static class RetryBatch
{
    [EndpointSummary("Retry all failed jobs of a batch")]
    [EndpointDescription("Whoever asks is notified once when all have ended again.")]
    [Refuses(404)]
    public static async Task<Ok<JobsChanged>> Handle(Guid id, HttpContext http, IJobStore jobs, INoticeStore notices, TimeProvider time, CancellationToken cancel)
    {
        var batch = await jobs.GetBatch(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("batch");
        var count = 0;
        foreach (var job in await BatchJobs.Of(jobs, batch, [JobState.Failed], cancel))
            if (await jobs.Retry(batch.Tenant, job, cancel) == JobState.Pending) count++;
        if (count > 0 && http.Access().Actor.Id is { } person)
            await notices.Add(BatchWatch.Of(id, batch.Tenant, batch.Name ?? id.ToString("D"), person, time.GetUtcNow()), cancel);
        return TypedResults.Ok(new JobsChanged(count));
    }
}

/// <summary>POST /api/v1/batches/{id}/cancel: all its jobs that have not ended.</summary>
public static class CancelBatch
{
    [EndpointSummary("Cancel all jobs of a batch that have not ended")]
    [Refuses(404)]
    public static async Task<Ok<JobsChanged>> Handle(Guid id, HttpContext http, IJobStore jobs, CancellationToken cancel)
    {
        var batch = await jobs.GetBatch(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("batch");
        var open = await BatchJobs.Of(jobs, batch, [JobState.Pending, JobState.Processing], cancel);
        foreach (var job in open) await jobs.Cancel(batch.Tenant, job, cancel);
        return TypedResults.Ok(new JobsChanged(open.Count));
    }
}

/// <summary>The jobs of a batch that are in some states.</summary>
static class BatchJobs
{
    const int Page = 500;

    public static async Task<IReadOnlyList<Guid>> Of(IJobStore jobs, Batch batch, IReadOnlyList<JobState> states, CancellationToken cancel)
    {
        var found = new List<Guid>();
        var query = new JobQuery { Tenant = batch.Tenant, BatchId = batch.Id, States = states, Limit = Page };
        do
        {
            var page = await jobs.List(query, cancel);
            found.AddRange(page.Items.Select(job => job.Id));
            query = query with { Cursor = page.Next };
        }
        while (query.Cursor is not null);
        return found;
    }
}
