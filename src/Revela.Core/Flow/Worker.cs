using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Revela.Core.Jobs;
using Revela.Core.Queues;

namespace Revela.Core.Flow;

/// <summary>
/// Claims as many jobs as this process has room for, runs them side by side and settles each.
/// It sleeps until work is rung in, a slot falls free or a waiting job is due; one that drains ends when nothing is left for it.
/// </summary>
public sealed class Worker(
    WorkerInfo identity, IWorkbench bench, JobExecutor executor, LeaseKeeper leases, ISignals signals, WorkerOptions options, TimeProvider time, ILogger<Worker> log)
    : BackgroundService
{
    static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    readonly HashSet<string>? queues = options.Queues.Count == 0 ? null : [.. options.Queues];
    readonly List<Task> runs = [];

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        leases.Start();
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                var seen = signals.Version(Signal.Work);
                var wasIdle = leases.Held.Count == 0;
                var claim = await Claim(stopping);
                runs.RemoveAll(run => run.IsCompleted);
                foreach (var job in claim.Jobs) Begin(job);
                if (claim.Jobs.Count > 0) continue;
                if (options.Drain && wasIdle && claim.NextDue is null) break;
                await signals.Wait(Signal.Work, seen, UntilDue(claim.NextDue), stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        await Finish();
    }

    async Task<ClaimResult> Claim(CancellationToken stopping)
    {
        try
        {
            var wish = Wish();
            return wish.Max == 0 ? new ClaimResult([], NextDue: null) : await bench.Claim(wish, stopping);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Messages.ClaimFailed(log, e);
            return new ClaimResult([], time.GetUtcNow() + TimeSpan.FromSeconds(1));
        }
    }

    ClaimRequest Wish()
    {
        var held = leases.Held;
        return new ClaimRequest
        {
            Worker = identity.Id,
            Queues = queues,
            Held = [.. held.Select(job => job.Lease)],
            Running = held.GroupBy(job => job.Claimed.Job.Queue).ToDictionary(group => group.Key, group => group.Count()),
            Max = options.Concurrency is { } most ? Math.Max(0, most - held.Count) : int.MaxValue,
            Slots = options.Slots,
            FreeMegabytes = Math.Max(0, options.Megabytes - held.Sum(job => job.Claimed.Megabytes)),
            LeaseFor = options.Lease,
        };
    }

    TimeSpan UntilDue(DateTimeOffset? due)
    {
        if (due is not { } at) return Heartbeat;
        var wait = at - time.GetUtcNow();
        return wait <= TimeSpan.Zero ? TimeSpan.FromMilliseconds(1) : wait < Heartbeat ? wait : Heartbeat;
    }

    void Begin(ClaimedJob claimed)
    {
        var running = new RunningJob(claimed, time);
        leases.Add(running);
        CrashPoints.Reach(CrashPoint.Claimed);
        runs.Add(Task.Run(() => Run(running)));
    }

    async Task Run(RunningJob running)
    {
        try
        {
            if (await executor.Run(running) is { } report) await Settle(running, report);
        }
        finally
        {
            leases.Remove(running);
            running.Dispose();
            signals.Ring(Signal.Work);
        }
    }

    // A store that is away does not lose the work: the report is repeated for as long as the lease can be trusted.
    // Once it is sent in any case: whether the lease still holds is for the store to say (law 3).
    async Task Settle(RunningJob running, AttemptReport report)
    {
        do
        {
            try
            {
                if (await bench.Settle(report, CancellationToken.None)) CrashPoints.Reach(CrashPoint.Settled);
                else Messages.Stale(log, running.Id, running.Lease);
                return;
            }
            catch (Exception e)
            {
                Messages.SettleFailed(log, e, running.Id);
                await Task.Delay(TimeSpan.FromMilliseconds(500), time, CancellationToken.None);
            }
        }
        while (time.GetUtcNow() - running.RenewedAt < options.Lease);
        Messages.LeaseLost(log, running.Id, running.Lease);
    }

    // Running jobs get a moment to end by themselves; the rest is given back and counts no attempt.
    async Task Finish()
    {
        var all = Task.WhenAll(runs);
        await Task.WhenAny(all, Task.Delay(options.StopGrace, time, CancellationToken.None));
        foreach (var job in leases.Held) job.Stop(reason: null);
        await all;
    }
}
