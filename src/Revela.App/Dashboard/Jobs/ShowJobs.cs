using Revela.App.Accounts;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Core.Queues;

namespace Revela.App.Dashboard.Jobs;

/// <summary>GET /jobs: filters, search and pages.</summary>
public static class ShowJobs
{
    public static async Task<IResult> Handle(HttpContext http, IJobStore jobs, IAssetStore assets, IQueueStore queues, PipelineCatalog pipelines, CancellationToken cancel)
    {
        var choice = JobChoice.Of(http.Request);
        var page = await JobLines.List(jobs, assets, choice.ToQuery(http.Tenant()), cancel);
        return Page.Of<JobsScreen, JobsContents>(new JobsContents(
            choice, page, [.. (await queues.List(cancel)).Select(queue => queue.Name)], [.. pipelines.All.Select(pipeline => pipeline.Name)]));
    }
}

/// <param name="Queues">Names to choose from, as the pipelines'.</param>
public sealed record JobsContents(JobChoice Choice, Page<JobLine> Page, IReadOnlyList<string> Queues, IReadOnlyList<string> Pipelines);
