using Revela.App.Accounts;
using Revela.App.Dashboard.Jobs;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Queues;

namespace Revela.App.Dashboard.Workers;

/// <summary>GET /workers: who develops, where, and what they hold.</summary>
public static class ShowWorkers
{
    public static async Task<IResult> Handle(HttpContext http, IWorkerStore workers, IJobStore jobs, IAssetStore assets, CancellationToken cancel)
    {
        var tenant = http.Tenant();
        var lines = await Task.WhenAll((await workers.List(cancel)).OrderBy(worker => worker.StartedAt).Select(async worker =>
        {
            var held = await jobs.ListHeld(worker.Id, cancel);
            var shown = await Task.WhenAll(held.Where(job => job.Job.Tenant == tenant).Select(async job => new JobLine(job.Job, await assets.Get(tenant, job.Job.AssetId, cancel))));
            return new WorkerLine(worker, shown, held.Count, held.Sum(job => job.Megabytes));
        }));
        return Page.Of<WorkersScreen, WorkersContents>(new WorkersContents(lines));
    }
}

public sealed record WorkersContents(IReadOnlyList<WorkerLine> Workers);

/// <param name="Held">Its jobs of this tenant.</param>
/// <param name="Count">Its jobs of all tenants.</param>
/// <param name="Megabytes">Memory that they were admitted to.</param>
public sealed record WorkerLine(WorkerInfo Worker, IReadOnlyList<JobLine> Held, int Count, int Megabytes)
{
    /// <summary>The machine's name; the process is told beside it.</summary>
    public string Machine => MachineOf(Worker);

    /// <summary>Of a far worker, the name that it gives itself.</summary>
    public static string MachineOf(WorkerInfo worker) => worker.Id.Split(':') is ["far", _, var far, ..] ? far : worker.Id.Split(':')[0];

    public bool IsFar => Worker.Id.StartsWith("far:", StringComparison.Ordinal);
}
