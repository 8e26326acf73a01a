using System.Diagnostics;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Core.Queues;
using Revela.Storage;

namespace Revela.Bench;

/// <summary>The embedded store by itself, on a real file with every commit flushed: submissions, claims and settlements a second, and the time from submission to claim.</summary>
public static class StoreBench
{
    const int Callers = 50;
    static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    static readonly Pipeline Nothing = new() { Name = "nothing", Steps = [new Step("pause", [])] };

    /// <param name="folder">Where the data folders go; a real disk, not memory.</param>
    /// <param name="history">Finished jobs behind which the claim speed is measured again; 0 leaves that out.</param>
    /// <param name="rounds">Each figure is the median of so many runs.</param>
    public static async Task<IReadOnlyDictionary<string, double>> Run(string folder, int history = 1_000_000, int rounds = 3, int jobs = 50_000)
    {
        var figures = new Dictionary<string, double>();
        await using (var store = await Open(Path.Combine(folder, "empty")))
        {
            await Fill(store, 2_000);
            await Drain(store);
            var submits = new List<double>();
            var drains = new List<double>();
            for (var round = 0; round < rounds; round++)
            {
                submits.Add(await SubmitAlone(store, jobs));
                drains.Add(await Drain(store));
            }
            figures["submits_per_s"] = Median(submits);
            figures["drained_per_s"] = Median(drains);
        }
        await MeasurePickup(folder, figures);
        await using (var store = await Open(Path.Combine(folder, "fair"))) figures["other_tenant_delay_ms"] = await Delay(store, () => Drain(store));
        if (history > 0) await MeasureHistory(folder, history, rounds, jobs, figures);
        return figures;
    }

    static async Task MeasureHistory(string folder, int history, int rounds, int jobs, Dictionary<string, double> figures)
    {
        await using var fresh = await Open(Path.Combine(folder, "fresh"));
        await using var old = await Open(Path.Combine(folder, "history"));
        for (var made = 0; made < history; made += 50_000)
        {
            await Fill(old, 50_000);
            await Drain(old);
        }
        // In turns, so that a busy machine slows both alike.
        var claims = (Fresh: new List<double>(), Old: new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            claims.Fresh.Add(await ClaimAll(fresh, jobs));
            claims.Old.Add(await ClaimAll(old, jobs));
        }
        figures["claims_per_s"] = Median(claims.Fresh);
        figures["claims_per_s_with_history"] = Median(claims.Old);
        figures["claim_speed_with_history_ratio"] = Median(claims.Old) / Median(claims.Fresh);
    }

    static async Task MeasurePickup(string folder, Dictionary<string, double> figures)
    {
        await using var store = await Open(Path.Combine(folder, "pickup"));
        var waits = await Pickup(store, store);
        figures["pickup_p50_ms"] = waits[waits.Count / 2];
        figures["pickup_p99_ms"] = waits[waits.Count * 99 / 100];
    }

    /// <summary>Milliseconds from submission at the door to the claim of the worker, sorted; each job is submitted when the one before is done, so that it meets an idle store.</summary>
    internal static async Task<List<double>> Pickup(IStore door, IStore worker)
    {
        var waits = new List<double>();
        using var stop = new CancellationTokenSource();
        using var done = new SemaphoreSlim(0);
        var picking = Pick(worker, waits, done, stop.Token);
        for (var i = 0; i < 1000; i++)
        {
            await door.Jobs.Submit(new NewSubmission { Jobs = [NewJob()] }, default);
            await done.WaitAsync();
            await Rest();
        }
        await stop.CancelAsync();
        await picking;
        waits.Sort();
        return waits;
    }

    /// <summary>Until all that the last step set going is at rest.</summary>
    internal static Task Rest() => Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);

    static async Task Pick(IStore store, List<double> waits, SemaphoreSlim done, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var seen = store.Signals.Version(Signal.Work);
            var claim = await store.Jobs.Claim(Request(2), default);
            var now = TimeProvider.System.GetUtcNow();
            foreach (var job in claim.Jobs) waits.Add((now - job.Job.CreatedAt).TotalMilliseconds);
            foreach (var job in claim.Jobs) await store.Jobs.Settle(Done(job), default);
            if (claim.Jobs.Count > 0)
            {
                done.Release(claim.Jobs.Count);
                continue;
            }
            try { await store.Signals.Wait(Signal.Work, seen, TimeSpan.FromSeconds(1), stop); }
            catch (OperationCanceledException) { return; }
        }
    }

    /// <summary>Milliseconds from the submission of 10 jobs of one tenant, while 100,000 of another's wait before them and are being drained, until all ten are done.</summary>
    internal static async Task<double> Delay(IStore store, Func<Task> drain)
    {
        await Fill(store, 100_000);
        var draining = Task.Run(drain);
        var watch = Stopwatch.StartNew();
        var few = await store.Jobs.Submit(new NewSubmission { Jobs = [.. Enumerable.Range(0, 10).Select(_ => NewJob("small"))] }, default);
        foreach (var job in few)
        {
            while ((await store.Jobs.Get("small", job.JobId, default))!.State != JobState.Completed)
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
        var delay = watch.Elapsed.TotalMilliseconds;
        await draining;
        return delay;
    }

    /// <summary>Single-job submissions a second from concurrent callers, each waiting for its own commit.</summary>
    internal static async Task<double> SubmitAlone(IStore store, int count)
    {
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < count / Callers; i++) await store.Jobs.Submit(new NewSubmission { Jobs = [NewJob()] }, default);
        })));
        return count / watch.Elapsed.TotalSeconds;
    }

    /// <summary>No-op jobs a second: claimed in batches of free slots, settled by concurrent tasks.</summary>
    internal static async Task<double> Drain(IStore store)
    {
        const int Slots = 256;
        var watch = Stopwatch.StartNew();
        var done = 0;
        var running = new List<Task>();
        while (true)
        {
            running.RemoveAll(task => task.IsCompleted);
            var claim = await store.Jobs.Claim(Request(Slots - running.Count), default);
            done += claim.Jobs.Count;
            if (claim.Jobs.Count == 0 && running.Count == 0) break;
            running.AddRange(claim.Jobs.Select(job => Task.Run(() => store.Jobs.Settle(Done(job), default))));
            if (running.Count >= Slots / 2) await Task.WhenAny(running);
        }
        return done / watch.Elapsed.TotalSeconds;
    }

    /// <summary>Claims a second alone; the jobs are settled outside the clock.</summary>
    static async Task<double> ClaimAll(IStore store, int count)
    {
        await Fill(store, count);
        var watch = new Stopwatch();
        var done = 0;
        while (true)
        {
            watch.Start();
            var claim = await store.Jobs.Claim(Request(64), default);
            watch.Stop();
            if (claim.Jobs.Count == 0) return done / watch.Elapsed.TotalSeconds;
            done += claim.Jobs.Count;
            await Task.WhenAll(claim.Jobs.Select(job => store.Jobs.Settle(Done(job), default)));
        }
    }

    internal static async Task Fill(IStore store, int count)
    {
        for (var made = 0; made < count; made += 1000)
            await store.Jobs.Submit(new NewSubmission { Jobs = [.. Enumerable.Range(0, Math.Min(1000, count - made)).Select(_ => NewJob())] }, default);
    }

    static async Task<EmbeddedStore> Open(string folder)
    {
        var store = await EmbeddedStore.Open(folder, TimeProvider.System, null, default);
        await store.Queues.Save(new Queue { Name = Queue.Default, Concurrency = 10_000 }, default);
        return store;
    }

    internal static NewJob NewJob(string tenant = "bench") => new()
    {
        Id = Ids.New(TimeProvider.System),
        Tenant = tenant,
        Queue = Queue.Default,
        Pipeline = Nothing,
        AssetId = Ids.New(TimeProvider.System),
        ContentKey = Ids.New(TimeProvider.System).ToString("N"),
    };

    internal static ClaimRequest Request(int max) => new() { Worker = "bench", Max = max, LeaseFor = Lease };

    internal static Settlement Done(ClaimedJob job) => new(job.Job.Id, job.Lease, new Ending.Completed([], null), []);

    static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
