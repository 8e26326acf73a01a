using System.Diagnostics;
using Npgsql;
using Revela.Journeys.Kills;
using Shouldly;

namespace Revela.Journeys.Fleets;

/// <summary>What may befall a fleet.</summary>
enum Fault
{
    WorkerKilled,
    ServerKilled,
    PostgresRestarted,
    BackendsTerminated,
    StorageStopped,
    WorkerFrozen,
}

/// <summary>Brings one fault after another over a fleet while clients submit, and sees to it that each is got over without a hand.</summary>
/// <param name="away">How long a server that was stopped stays away.</param>
sealed class Misfortune(Fleet fleet, Submitters submitters, Random random, TimeSpan away)
{
    public Dictionary<Fault, int> Happened { get; } = [];

    /// <summary>From the end of a fault's cause until a job that was sent then is done.</summary>
    public List<(Fault Fault, TimeSpan Time)> Recoveries { get; } = [];

    /// <summary>Every fault so often, in random order; a freeze goes on beside the others.</summary>
    public async Task Run(IReadOnlyDictionary<Fault, int> plan, int jobsEach)
    {
        var faults = plan.SelectMany(pair => Enumerable.Repeat(pair.Key, pair.Value)).ToArray();
        random.Shuffle(faults);
        // First of all, so that there is time for it; the last worker is the one that freezes, and no other fault meets it.
        var frozen = Task.CompletedTask;
        foreach (var fault in faults.OrderBy(fault => fault != Fault.WorkerFrozen))
        {
            submitters.Allow(jobsEach);
            Happened[fault] = Happened.GetValueOrDefault(fault) + 1;
            if (fault == Fault.WorkerFrozen)
            {
                await frozen;
                await FreezeAtWork(fleet.Workers[^1]);
                frozen = Thaw(fleet.Workers[^1]);
                continue;
            }
            await Happen(fault);
            await Recover(fault);
        }
        await frozen;
    }

    async Task Happen(Fault fault)
    {
        switch (fault)
        {
            case Fault.WorkerKilled:
                var victim = random.Next(fleet.Workers.Length - 1);
                fleet.Workers[victim].Kill();
                await fleet.Workers[victim].Exited;
                fleet.RestartWorker(victim);
                break;
            case Fault.ServerKilled:
                await fleet.Server.Kill();
                await fleet.Server.Start();
                break;
            case Fault.PostgresRestarted:
                await fleet.Postgres.Stop();
                await Task.Delay(away / 5, TimeProvider.System);
                await fleet.Postgres.StartAgain();
                break;
            case Fault.BackendsTerminated:
                await fleet.Postgres.EndConnections(fleet.Database);
                break;
            case Fault.StorageStopped:
                await fleet.StopStorage();
                await Task.Delay(away, TimeProvider.System);
                await fleet.StartStorage();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault, null);
        }
    }

    // Goes on once its jobs have been taken from it. It may have known of none of them: then there is nothing to refuse.
    async Task Thaw(RevelaProcess worker)
    {
        await Until(async () => await Leases(worker) == 0, "the jobs of a frozen worker were not taken back");
        await worker.Continue();
    }

    /// <summary>What workers said of writes that came too late, all of which changed nothing.</summary>
    public int Refused => fleet.Workers.Sum(Noticed);

    static int Noticed(RevelaProcess worker) => worker.Said("no longer its own") + worker.Said("is lost; its work");

    // The database may be away just now: then nothing is known.
    async Task<long?> Leases(RevelaProcess worker)
    {
        try
        {
            return await fleet.LeasesOf(worker);
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }

    static async Task Until(Func<Task<bool>> isSo, string otherwise)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            (Stopwatch.GetElapsedTime(began) < 3 * Server.Patience).ShouldBeTrue(otherwise);
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    // Only a worker that holds a job can be late with it.
    async Task FreezeAtWork(RevelaProcess worker)
    {
        for (var tries = 0; ; tries++)
        {
            await worker.Freeze();
            if (await fleet.LeasesOf(worker) > 0) return;
            await worker.Continue();
            tries.ShouldBeLessThan(2000, "the worker never held a job");
            if (tries % 50 == 0) submitters.Allow(1);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    async Task Recover(Fault fault)
    {
        var began = Stopwatch.GetTimestamp();
        var id = await submitters.PostOne();
        while (!await IsDone(id))
        {
            (Stopwatch.GetElapsedTime(began) < 2 * Server.Patience).ShouldBeTrue($"job {id} was not done {2 * Server.Patience} after {fault}:\n{fleet.Server.Log}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
        Recoveries.Add((fault, Stopwatch.GetElapsedTime(began)));
    }

    async Task<bool> IsDone(string id)
    {
        try
        {
            var door = await fleet.Server.Up;
            return (await door.Get($"/api/v1/jobs/{id}")).Text("state") == "completed";
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException or DoorException)
        {
            return false;
        }
    }
}
