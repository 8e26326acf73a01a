using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.Queues;
using Revela.App.Api.Views;
using Revela.App.Links;
using Revela.App.Uploads;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Queues;

namespace Revela.App.Api.Upkeep;

/// <summary>GET /api/v1/stats: the ledger, queues, workers and what is on its way in.</summary>
public sealed class GetStats(IJobStore jobs, IQueueStore queues, IWorkerStore workers, IAssetStore assets, UploadGate gate, TimeProvider time)
{
    static readonly string Version = typeof(GetStats).Assembly.GetName().Version?.ToString(3) ?? "0";

    [EndpointSummary("Read the ledger and how it goes")]
    [EndpointDescription("At all times accepted = completed + failed + cancelled + pending + processing.")]
    public static async Task<Ok<StatsView>> Handle(HttpContext http, GetStats door, CancellationToken cancel) =>
        TypedResults.Ok(await door.Read(Linker.For(http), cancel));

    async Task<StatsView> Read(Linker links, CancellationToken cancel)
    {
        var ledgers = await jobs.Ledger(cancel);
        return new StatsView(
            Version, time.GetUtcNow(), QueueCounts.Sum(ledgers), ledgers.All(ledger => ledger.AddsUp),
            ListQueues.Views(await queues.List(cancel), ledgers),
            [.. (await workers.List(cancel)).Select(WorkerView.Of)],
            gate.InFlight, await assets.WaitingBytes(cancel), new StatsLinks(links.Events()));
    }
}
