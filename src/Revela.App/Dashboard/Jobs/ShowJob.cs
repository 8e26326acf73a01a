using System.Text.Json;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.Views;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Events;
using Revela.Core.Jobs;
using Revela.Core.Ledger;

namespace Revela.App.Dashboard.Jobs;

/// <summary>GET /jobs/{id}: one job, from its input to its results.</summary>
public static class ShowJob
{
    const int MaxEvents = 500;
    static readonly JsonSerializerOptions Indented = new(RevelaJson.Options) { WriteIndented = true };

    public static async Task<IResult> Handle(Guid id, HttpContext http, IJobStore jobs, IAssetStore assets, IEventStore events, ICallStore calls, CancellationToken cancel)
    {
        var job = await jobs.Get(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("job");
        var line = new JobLine(job, await assets.Get(http.Tenant(), job.AssetId, cancel));
        var happened = await events.ReadJob(http.Tenant(), id, after: 0, MaxEvents, cancel);
        var contents = new JobContents(
            line, [.. happened.Where(one => one.Type != EventTypes.Progress)], await jobs.ListCheckpoints(http.Tenant(), id, cancel), await calls.List(http.Tenant(), id, cancel),
            JsonSerializer.Serialize(JobView.Of(job, links: null), Indented));
        return Page.Of<JobScreen, JobContents>(contents, _ => line.Name);
    }
}

/// <param name="Events">What happened to it, oldest first, its progress left out.</param>
/// <param name="Kept">What finished steps left, while it has not completed.</param>
/// <param name="Calls">To outside services, oldest first.</param>
/// <param name="Json">The job as the API tells it.</param>
public sealed record JobContents(JobLine Line, IReadOnlyList<JobEvent> Events, IReadOnlyList<Checkpoint> Kept, IReadOnlyList<Call> Calls, string Json)
{
    public Job Job => Line.Job;
}
