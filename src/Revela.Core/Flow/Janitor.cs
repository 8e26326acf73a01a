using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Revela.Core.Assets;
using Revela.Core.Events;
using Revela.Core.Jobs;

namespace Revela.Core.Flow;

/// <summary>
/// Deletes what retention lets go, first the rows and then their bytes, and objects that no row ever named.
/// One process does it for all; every step may be cut short: the next round goes on.
/// </summary>
public sealed class Janitor(
    IJobStore jobs, IAssetStore assets, IEventStore events, IObjectStore objects, Upkeep upkeep, WorkerOptions options, TimeProvider time, ILogger<Janitor> log)
    : BackgroundService
{
    const int Page = 500;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        var swept = DateTimeOffset.MinValue;
        using var timer = new PeriodicTimer(options.CleanEvery, time);
        do
        {
            try
            {
                if (!await upkeep.IsMine(stopping)) continue;
                await Clean(stopping);
                if (time.GetUtcNow() - swept < options.SweepEvery) continue;
                await Sweep(options.OrphanAge, stopping);
                swept = time.GetUtcNow();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Messages.UpkeepFailed(log, e, "Cleaning");
            }
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    /// <summary>Applies every queue's retention, prunes old events and buries the bytes whose rows are gone.</summary>
    public async Task Clean(CancellationToken cancel)
    {
        while (await jobs.Prune(new PruneRequest(), Page, cancel) == Page)
        {
        }
        while (await events.Prune(time.GetUtcNow() - options.KeepEvents, 10 * Page, cancel) == 10 * Page)
        {
        }
        CrashPoints.Reach(CrashPoint.Pruned);
        await Bury(cancel);
    }

    public async Task Bury(CancellationToken cancel)
    {
        for (IReadOnlyList<string> keys; (keys = await assets.Doomed(Page, cancel)).Count > 0;)
        {
            foreach (var key in keys) await objects.Delete(key, cancel);
            CrashPoints.Reach(CrashPoint.BytesDeleted);
            await assets.Buried(keys, cancel);
        }
    }

    /// <summary>Deletes objects older than an age that no row names: what a crash left between bytes and row (law 1). How many.</summary>
    public async Task<int> Sweep(TimeSpan age, CancellationToken cancel)
    {
        var before = time.GetUtcNow() - age;
        var count = 0;
        foreach (var area in ObjectKeys.Areas)
        {
            await foreach (var keys in objects.List(area, cancel).Where(found => found.WrittenAt < before).Select(found => found.Key).Chunk(Page).WithCancellation(cancel))
            {
                var named = await assets.Named(keys, cancel);
                foreach (var orphan in keys.Where(key => !named.Contains(key)))
                {
                    await objects.Delete(orphan, cancel);
                    count++;
                }
            }
        }
        if (count > 0) Messages.OrphansDeleted(log, count);
        return count;
    }
}
