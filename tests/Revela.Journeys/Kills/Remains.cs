using Microsoft.Extensions.Logging.Abstractions;
using Revela.App.Accounts;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Storage;
using Shouldly;

namespace Revela.Journeys.Kills;

/// <summary>What a data folder holds when nobody works on it any more and the janitor has been, two hours later.</summary>
static class Remains
{
    /// <summary>No object without a row, no row without bytes, nothing half done, and counters that count the rows.</summary>
    /// <param name="open">Opens the store of a server that has stopped, with a clock.</param>
    /// <param name="results">How many pictures the jobs that are kept have published.</param>
    /// <returns>How many orphans the janitor found.</returns>
    public static async Task<int> AreInOrder(Func<TimeProvider, Task<IStore>> open, int results)
    {
        await using var store = await open(new TwoHoursLater());
        await store.Objects.Prepare(CancellationToken.None);
        Directory.EnumerateFileSystemEntries(store.Objects.Scratch).ShouldBeEmpty("files of dead attempts");

        var (options, later) = (new WorkerOptions(), new TwoHoursLater());
        using var upkeep = new Upkeep(store.Workers, WorkerIdentity.Of(options, later), options, later);
        var janitor = new Janitor(store.Jobs, store.Assets, store.Events, store.Objects, upkeep, options, later, NullLogger<Janitor>.Instance);
        await janitor.Clean(CancellationToken.None);
        var orphans = await janitor.Sweep(new WorkerOptions().OrphanAge, CancellationToken.None);

        var rows = await Rows(store);
        var named = rows.Select(asset => asset.ObjectKey).ToHashSet();
        var kept = new HashSet<string>();
        foreach (var area in ObjectKeys.Areas)
        {
            await foreach (var found in store.Objects.List(area, CancellationToken.None)) kept.Add(found.Key);
        }
        named.Except(kept).ShouldBeEmpty("rows without bytes");
        kept.Except(named).ShouldBeEmpty("objects that no row names");
        rows.Count(asset => asset.JobId is not null).ShouldBe(results, "derived assets");

        (await store.Jobs.CountLedger(CancellationToken.None)).Sum(queue => queue.Pending + queue.Processing).ShouldBe(0);
        return orphans;
    }

    static async Task<List<Asset>> Rows(IStore store)
    {
        var rows = new List<Asset>();
        for (string? cursor = null; ;)
        {
            var page = await store.Assets.List(new AssetQuery { Tenant = KeyRing.DefaultTenant, Cursor = cursor, Limit = 500 }, CancellationToken.None);
            rows.AddRange(page.Items);
            if ((cursor = page.Next) is null) return rows;
        }
    }

    sealed class TwoHoursLater : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromHours(2);
    }
}
