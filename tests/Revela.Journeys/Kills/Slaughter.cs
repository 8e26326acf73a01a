using System.Diagnostics;
using Revela.Core.Flow;

namespace Revela.Journeys.Kills;

/// <summary>Keeps a server and a second worker on one data folder, and ends them as planned, again and again, while clients submit.</summary>
sealed class Slaughter(Server server, Submitters submitters, Random random)
{
    /// <summary>A point that is not reached by then was not on the way this time; the process is killed from outside.</summary>
    static readonly TimeSpan PointPatience = TimeSpan.FromSeconds(6);

    RevelaProcess? worker;

    /// <summary>Deaths by kill −9, from outside and from inside.</summary>
    public int Deaths { get; private set; }

    /// <summary>How often a process ended itself at each point.</summary>
    public Dictionary<CrashPoint, int> Reached { get; } = [];

    /// <summary>A kill whose point was not on the way is tried again behind the others, a few times.</summary>
    public async Task Run(IReadOnlyList<Kill> plan, int jobsEach)
    {
        var left = new Queue<(Kill Kill, int Tries)>(plan.Select(kill => (kill, 0)));
        while (left.TryDequeue(out var next))
        {
            submitters.Allow(jobsEach);
            if (next.Kill.Point is not { } point) await AtRandom(next.Kill);
            else if (!await AtPoint(next.Kill, point) && !Reached.ContainsKey(point) && next.Tries < 6) left.Enqueue((next.Kill, next.Tries + 1));
        }
        await Ensure();
    }

    /// <summary>Ends both in good order.</summary>
    public async Task Stop()
    {
        if (worker is { HasExited: false }) await worker.Stop(Server.Patience);
        await server.Stop();
    }

    async Task<bool> AtPoint(Kill kill, CrashPoint point)
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

        if (!await ExitsWithin(victim, PointPatience))
        {
            await End(victim);
            return false;
        }
        Reached[point] = Reached.GetValueOrDefault(point) + 1;
        Deaths++;
        return true;
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

    static async Task<bool> ExitsWithin(RevelaProcess process, TimeSpan atMost)
    {
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAny(process.Exited, Task.Delay(atMost, TimeProvider.System));
        return process.HasExited && Stopwatch.GetElapsedTime(began) < atMost;
    }
}
