using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Revela.Core.Jobs;
using Revela.Core.Queues;

namespace Revela.Core.Flow;

/// <summary>
/// Renews every lease of this process from one thread of its own, so that no amount of other work can starve it,
/// and carries the store's orders to the running jobs.
/// </summary>
public sealed class LeaseKeeper(IWorkbench bench, ISignals signals, WorkerOptions options, TimeProvider time, ILogger<LeaseKeeper> log) : IDisposable
{
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    readonly ConcurrentDictionary<long, RunningJob> held = new();
    readonly CancellationTokenSource stopping = new();
    readonly ManualResetEventSlim hasJobs = new();
    Thread? thread;

    public IReadOnlyCollection<RunningJob> Held => (IReadOnlyCollection<RunningJob>)held.Values;

    public void Start()
    {
        thread = new Thread(Keep) { Name = "lease keeper", IsBackground = true, Priority = ThreadPriority.AboveNormal };
        thread.Start();
    }

    public void Add(RunningJob job)
    {
        held[job.Lease] = job;
        hasJobs.Set();
    }

    public void Remove(RunningJob job) => held.TryRemove(job.Lease, out _);

    void Keep()
    {
        var seen = signals.Version(Signal.Orders);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                hasJobs.Wait(stopping.Token);
                var rang = signals.Wait(Signal.Orders, seen, Tick, stopping.Token).GetAwaiter().GetResult();
                seen = signals.Version(Signal.Orders);
                hasJobs.Reset();
                if (!held.IsEmpty) hasJobs.Set();
                if (IsDue(rang)) Renew();
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    // Live progress and orders go out at the next tick, quiet leases every quarter of their time.
    bool IsDue(bool rang) =>
        !held.IsEmpty && (rang || held.Values.Any(job => job.HasNews || time.GetUtcNow() - job.RenewedAt >= options.Lease / 4));

    void Renew()
    {
        var jobs = held.Values.ToArray();
        var asked = time.GetUtcNow();
        try
        {
            var orders = bench.Renew([.. jobs.Select(job => job.Report())], options.Lease, stopping.Token).GetAwaiter().GetResult();
            foreach (var job in jobs) job.RenewedAt = asked;
            foreach (var order in orders) Obey(order);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Messages.RenewFailed(log, e, jobs.Length);
            StopUntrusted(jobs);
        }
    }

    void Obey(StopOrder order)
    {
        if (!held.TryGetValue(order.Lease, out var job)) return;
        if (order.Reason == StopReason.LeaseLost) Messages.LeaseGone(log, order.JobId, order.Lease);
        job.Stop(order.Reason);
    }

    // A lease that could not be renewed must be let go before another worker may take it.
    void StopUntrusted(RunningJob[] jobs)
    {
        var margin = TimeSpan.FromSeconds(3);
        foreach (var job in jobs)
        {
            if (time.GetUtcNow() - job.RenewedAt <= options.Lease - margin) continue;
            Messages.LeaseLost(log, job.Id, job.Lease);
            job.Stop(StopReason.LeaseLost);
        }
    }

    public void Dispose()
    {
        stopping.Cancel();
        thread?.Join();
        hasJobs.Dispose();
        stopping.Dispose();
    }
}
