using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Revela.Core.Jobs;
using Revela.Core.Queues;

namespace Revela.Core.Flow;

/// <summary>
/// Takes back the jobs of workers that died: at once when the kernel says that the process is gone, else when the lease ends.
/// Each process looks after those of its own machine; who does the upkeep looks after all.
/// </summary>
public sealed class Rescuer(IJobStore jobs, IWorkerStore workers, Upkeep upkeep, WorkerInfo identity, WorkerOptions options, TimeProvider time, ILogger<Rescuer> log)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(options.RescueEvery, time);
        do
        {
            try
            {
                await Rescue(stopping);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Messages.UpkeepFailed(log, e, "Rescue");
            }
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    public async Task<int> Rescue(CancellationToken cancel)
    {
        await Register(cancel);
        var expired = await ExpireDead(cancel);
        if (!await upkeep.IsMine(cancel) && expired == 0) return 0;
        var count = await jobs.Rescue(options.MaxLosses, cancel);
        if (count > 0) Messages.Rescued(log, count);
        CrashPoints.Reach(CrashPoint.Rescued);
        return count;
    }

    async Task<int> ExpireDead(CancellationToken cancel)
    {
        var expired = 0;
        foreach (var worker in await workers.List(cancel))
        {
            if (worker.Id == identity.Id || !IsDead(worker)) continue;
            expired += await jobs.ExpireLeases(worker.Id, cancel);
            await workers.Remove(worker.Id, cancel);
        }
        return expired;
    }

    /// <summary>Signs off, so that another process takes up the upkeep at its next look.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await workers.Remove(identity.Id, cancellationToken);
        }
        catch (Exception e) when (e is OutageException or OperationCanceledException)
        {
            // It will be noticed to be gone.
        }
    }

    DateTimeOffset registeredAt;

    async Task Register(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (now - registeredAt < options.Lease) return;
        await workers.Save(identity with { SeenAt = now }, cancel);
        registeredAt = now;
    }

    // On another host only silence tells; its leases end by themselves.
    bool IsDead(WorkerInfo worker) =>
        worker.Host == identity.Host
            ? WorkerIdentity.ProcessStart(worker.ProcessId) != worker.ProcessStart
            : time.GetUtcNow() - worker.SeenAt > TimeSpan.FromHours(1);
}
