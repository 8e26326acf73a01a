using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Revela.Core.Jobs;
using Revela.Core.Queues;

namespace Revela.Core.Flow;

/// <summary>
/// Takes back the jobs of workers that died: at once when the kernel says that the process is gone, else when the lease ends.
/// </summary>
public sealed class Rescuer(IJobStore jobs, IWorkerStore workers, WorkerInfo identity, WorkerOptions options, TimeProvider time, ILogger<Rescuer> log)
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
        foreach (var worker in await workers.List(cancel))
        {
            if (worker.Id == identity.Id || !IsDead(worker)) continue;
            await jobs.ExpireLeases(worker.Id, cancel);
            await workers.Remove(worker.Id, cancel);
        }
        var count = await jobs.Rescue(options.MaxLosses, cancel);
        if (count > 0) Messages.Rescued(log, count);
        CrashPoints.Reach(CrashPoint.Rescued);
        return count;
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
