using System.Diagnostics;
using Revela.Core.Flow;
using Shouldly;

namespace Revela.Journeys.Kills;

/// <summary>Keeps a server and a second worker on one data folder, and ends them as planned, again and again, while clients submit.</summary>
sealed class Slaughter(Server server, Submitters submitters, Random random)
{
    /// <summary>A worker beside the server may find nothing left to do: when it has not reached its point by then it is killed from outside.</summary>
    static readonly TimeSpan WorkerPatience = TimeSpan.FromSeconds(6);

    RevelaProcess? worker;

    /// <summary>Deaths by kill −9, from outside and from inside.</summary>
    public int Deaths { get; private set; }

    /// <summary>How often a process ended itself at each point.</summary>
    public Dictionary<CrashPoint, int> Reached { get; } = [];

    public async Task Run(IReadOnlyList<Kill> plan, int jobsEach)
    {
        foreach (var kill in plan)
        {
            submitters.Allow(jobsEach);
            if (kill.Point is { } point) await AtPoint(kill, point);
            else await AtRandom(kill);
        }
        await Ensure();
    }

    /// <summary>Ends both in good order.</summary>
    public async Task Stop()
    {
        if (worker is { HasExited: false }) await worker.Stop(Server.Patience);
        await server.Stop();
    }

    async Task AtPoint(Kill kill, CrashPoint point)
    {
        RevelaProcess victim;
        if (kill.OfWorker)
        {
            await EnsureServer();
            await End(worker);
            victim = worker = server.StartWorker(kill.Environment);
        }
        else
        {
            // Upkeep is done by one for all: the other process would be the one.
            var isAlone = point is CrashPoint.Rescued or CrashPoint.Pruned or CrashPoint.BytesDeleted;
            if (isAlone) await End(worker);
            await End(server.Process);
            await server.TryStart(kill.Environment);
            victim = server.Process!;
            if (!isAlone && worker is null or { HasExited: true }) worker = server.StartWorker();
        }

        if (!await ComesSoFar(victim, kill.OfWorker ? WorkerPatience : Server.Patience))
        {
            kill.OfWorker.ShouldBeTrue($"it did not come so far: {kill}\n{server.Log}");
            await End(victim);
            return;
        }
        Reached[point] = Reached.GetValueOrDefault(point) + 1;
        Deaths++;
    }

    // There must be something to do for it.
    async Task<bool> ComesSoFar(RevelaProcess victim, TimeSpan atMost)
    {
        var began = Stopwatch.GetTimestamp();
        while (!victim.HasExited && Stopwatch.GetElapsedTime(began) < atMost)
        {
            await Task.WhenAny(victim.Exited, Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System));
            submitters.Allow(2);
        }
        return victim.HasExited;
    }

    async Task AtRandom(Kill kill)
    {
        await Ensure();
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, kill.OfWorker ? 600 : 250)), TimeProvider.System);
        await End(kill.OfWorker ? worker : server.Process);
    }

    async Task End(RevelaProcess? process)
    {
        if (process is null or { HasExited: true }) return;
        process.Kill();
        await process.Exited;
        Deaths++;
    }

    async Task Ensure()
    {
        await EnsureServer();
        if (worker is null or { HasExited: true }) worker = server.StartWorker();
    }

    async Task EnsureServer()
    {
        if (server.Process is null or { HasExited: true }) await server.Start();
    }
}
