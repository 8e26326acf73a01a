using System.Diagnostics;
using System.Globalization;
using Revela.Core.Flow;
using Revela.Journeys.Kills;
using Revela.Tests.Storage.Broker;
using Shouldly;

namespace Revela.Journeys.Fleets;

/// <summary>Brings one fault after another over a fleet while clients submit, and waits after each until the fleet has got over it without a hand.</summary>
/// <param name="away">How long a database or a broker that was ended stays away.</param>
/// <param name="storageAway">And a storage.</param>
sealed class Misfortune(Fleet fleet, RabbitServer broker, Submitters submitters, Random random, TimeSpan away, TimeSpan storageAway)
{
    /// <summary>A point that is not reached by then was not on the way this time; the process is killed from outside.</summary>
    static readonly TimeSpan PointPatience = TimeSpan.FromSeconds(20);

    static readonly TimeSpan WorkPatience = TimeSpan.FromSeconds(5);

    static readonly CrashPoint[] OfWorkers = [CrashPoint.Claimed, CrashPoint.Developed, CrashPoint.ResultStored, CrashPoint.Checkpointed, CrashPoint.Settled];
    static readonly CrashPoint[] OfServers = [CrashPoint.Received, CrashPoint.OriginalStored, CrashPoint.AssetRecorded, CrashPoint.Enqueued];

    public Dictionary<Fault, int> Happened { get; } = [];

    /// <summary>From the end of a fault's cause until all that was accepted by then is done.</summary>
    public List<(Fault Fault, TimeSpan Time)> Recoveries { get; } = [];

    /// <summary>How often a process ended itself at each point.</summary>
    public Dictionary<CrashPoint, int> Reached { get; } = [];

    /// <summary>Writes of workers that had been frozen, which came too late: each refused, and told of in the log.</summary>
    public int Refused { get; private set; }

    /// <summary>Every fault so often, in random order.</summary>
    public async Task Run(IReadOnlyDictionary<Fault, int> plan, int jobsEach)
    {
        var faults = plan.SelectMany(pair => Enumerable.Repeat(pair.Key, pair.Value)).ToArray();
        random.Shuffle(faults);
        foreach (var fault in faults)
        {
            submitters.Allow(jobsEach);
            await SomethingRuns();
            await Happen(fault);
            Happened[fault] = Happened.GetValueOrDefault(fault) + 1;
            await Recover(fault);
        }
    }

    // What befalls an idle fleet shows little. Towards the end there may be nothing left to run.
    async Task SomethingRuns()
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < WorkPatience && await fleet.Ask("SELECT count(*) FROM revela.leases") == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
    }

    async Task Happen(Fault fault)
    {
        switch (fault)
        {
            case Fault.WorkerKilled:
                await KillWorker();
                break;
            case Fault.WorkerDiedAtPoint:
                await LoseWorkerAt(OfWorkers[random.Next(OfWorkers.Length)]);
                break;
            case Fault.ServerKilled:
                await fleet.Server.Kill();
                await fleet.Server.Start();
                break;
            case Fault.ServerDiedAtPoint:
                await LoseServerAt(OfServers[random.Next(OfServers.Length)]);
                break;
            case Fault.PostgresRestarted:
                await Away(fleet.Postgres.Stop, away, fleet.Postgres.StartAgain);
                break;
            case Fault.BackendsTerminated:
                await fleet.Postgres.EndConnections(fleet.Database);
                break;
            case Fault.StorageStopped:
                await Away(fleet.StopStorage, storageAway, fleet.StartStorage);
                break;
            case Fault.BrokerKilled:
                await Away(broker.Kill, away, broker.StartAgain);
                break;
            case Fault.WorkerFrozen:
                await FreezeUntilLate();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault, null);
        }
    }

    static async Task Away(Func<Task> end, TimeSpan howLong, Func<Task> startAgain)
    {
        await end();
        await Task.Delay(howLong, TimeProvider.System);
        await startAgain();
    }

    async Task<int> KillWorker(params (string Name, string Value)[] successor)
    {
        var victim = random.Next(fleet.Workers.Length);
        fleet.Workers[victim].Kill();
        await fleet.Workers[victim].Exited;
        await fleet.StartWorker(victim, successor);
        return victim;
    }

    async Task LoseWorkerAt(CrashPoint point)
    {
        var number = await KillWorker(CrashAt(point));
        await Die(fleet.Workers[number], point);
        await fleet.StartWorker(number);
    }

    async Task LoseServerAt(CrashPoint point)
    {
        await fleet.Server.Kill();
        await fleet.Server.TryStart(CrashAt(point));
        await Die(fleet.Server.Process!, point);
        await fleet.Server.Start();
    }

    (string, string) CrashAt(CrashPoint point) => ("REVELA_CRASH_AT", string.Create(CultureInfo.InvariantCulture, $"{(int)point}:{random.Next(1, 4)}"));

    // There must be something to do for it to come so far.
    async Task Die(RevelaProcess process, CrashPoint point)
    {
        var began = Stopwatch.GetTimestamp();
        while (!process.HasExited && Stopwatch.GetElapsedTime(began) < PointPatience)
        {
            submitters.Allow(2);
            await Task.WhenAny(process.Exited, Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System));
        }
        if (process.HasExited) Reached[point] = Reached.GetValueOrDefault(point) + 1;
        process.Kill();
        await process.Exited;
    }

    // A worker that thaws may find its connection broken, and let its job go without a word to the store: then there was nothing to refuse.
    async Task FreezeUntilLate()
    {
        for (var (before, tries) = (Refused, 0); Refused == before; tries++)
        {
            tries.ShouldBeLessThan(5, "no worker that was frozen past its lease wrote anything afterwards");
            await Freeze();
        }
    }

    /// <summary>A worker stands still with a job in its hands until the job has been taken from it, and then goes on as if nothing had been.</summary>
    async Task Freeze()
    {
        var job = await submitters.PostLong();
        // On a very busy machine the job may be over before its worker stands still.
        if (await fleet.HolderOf(job) is not { } holder) return;
        var (worker, lease) = holder;
        await worker.Freeze();
        await fleet.Until(async () => !await fleet.IsHeld(lease), $"that lease {lease} of a frozen worker ended");
        var wasTooLate = await fleet.IsCompleted(job);
        var (refused, letGo) = (Refusals(worker), LetGo(worker));
        await worker.Continue();
        if (wasTooLate) return;
        await fleet.Until(() => Task.FromResult(Refusals(worker) > refused || LetGo(worker) > letGo), $"that the frozen worker noticed that lease {lease} is gone");
        Refused += Refusals(worker) - refused;
    }

    static int Refusals(RevelaProcess worker) => worker.Said("which is gone; nothing was written") + worker.Said("is gone: its renewal was refused");

    static int LetGo(RevelaProcess worker) => worker.Said("is lost; its work is let go");

    async Task Recover(Fault fault)
    {
        var began = Stopwatch.GetTimestamp();
        var job = await submitters.PostOne();
        await fleet.Until(async () => await IsDone(job), $"that all jobs were done after {fault}");
        Recoveries.Add((fault, Stopwatch.GetElapsedTime(began)));
    }

    async Task<bool> IsDone(string job)
    {
        try
        {
            var door = await fleet.Server.Up;
            if ((await door.Get($"/api/v1/jobs/{job}")).Text("state") != "completed") return false;
            var total = (await door.Get("/api/v1/stats"))["total"]!;
            return total.Number("pending") + total.Number("processing") == 0;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException or DoorException)
        {
            return false;
        }
    }
}
