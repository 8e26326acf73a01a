using System.Globalization;
using System.Text.Json.Nodes;
using Revela.Journeys.Fleets;
using Revela.Journeys.Kills;
using Revela.Journeys.Pictures;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Revela.Journeys;

/// <summary>Many processes on PostgreSQL and S3: whatever dies, freezes or goes away, nothing accepted is lost and nothing is published twice.</summary>
public sealed class FleetTests(ITestOutputHelper output)
{
    static readonly bool isFull = Environment.GetEnvironmentVariable("REVELA_SOAK") == "full";

    [SkippableFact]
    public async Task Every_accepted_job_completes_exactly_once_whatever_befalls_the_fleet()
    {
        var jobs = isFull ? 10_000 : 1_000;
        var plan = new Dictionary<Fault, int>
        {
            [Fault.WorkerKilled] = isFull ? 30 : 3,
            [Fault.ServerKilled] = isFull ? 20 : 1,
            [Fault.PostgresRestarted] = isFull ? 20 : 2,
            [Fault.BackendsTerminated] = isFull ? 20 : 3,
            [Fault.StorageStopped] = isFull ? 6 : 1,
            [Fault.WorkerFrozen] = isFull ? 6 : 1,
        };
        var faults = plan.Values.Sum();
        await using var fleet = await Fleet.Start(workers: 3, ("REVELA_WORKER_CLEAN_EVERY", "500ms"), ("REVELA_WORKER_LEASE", "15s"));
        await fleet.Server.Door.Patch($"/api/v1/queues/{NumberedJobs.ShortQueue}", new JsonObject { ["keep_completed"] = 1 });
        var submitters = new Submitters(fleet.Server);
        var misfortune = new Misfortune(fleet, submitters, new Random(20261127), away: TimeSpan.FromSeconds(isFull ? 60 : 5));
        var watch = new LedgerWatch(fleet.Server);
        await using (watch)
        {
            var submitting = submitters.Run(jobs, clients: 4);
            await misfortune.Run(plan, jobs / faults / 2);
            submitters.Allow(jobs);
            await submitting.WaitAsync(TimeSpan.FromMinutes(20));
            await fleet.Server.Drained(TimeSpan.FromMinutes(20));
        }
        Tell(misfortune, submitters, watch);

        watch.Wrong.ShouldBeEmpty();
        misfortune.Happened.ShouldBe(plan, ignoreOrder: true);
        if (isFull) misfortune.Recoveries.Max(recovery => recovery.Time).ShouldBeLessThan(TimeSpan.FromSeconds(30));
        await Aftermath.RetentionIsDone(fleet.Server);
        var results = await Aftermath.EveryJobIsDone(fleet.Server, submitters.Accepted);
        await Aftermath.TheLedgerCountsThemAll(fleet.Server, submitters.Accepted.Count);
        (await EndedTwice(fleet)).ShouldBe(0);
        foreach (var worker in fleet.Workers) await worker.Stop(Server.Patience);
        await fleet.Server.Stop();
        output.WriteLine($"{results} results, {await Remains.AreInOrder(fleet.Open, results)} orphan objects swept");
    }

    [SkippableFact]
    public async Task Five_processes_never_run_two_jobs_of_a_queue_whose_limit_is_one()
    {
        await using var fleet = await Fleet.Start(workers: 3);
        await using var second = await fleet.StartServer();
        await fleet.Server.Door.Patch("/api/v1/queues/kept", new JsonObject { ["global_limit"] = 1 });
        var ids = new List<string>();
        for (var i = 0; i < 60; i++)
        {
            var fields = new Dictionary<string, string> { ["pipeline"] = "slow", ["fresh"] = "true" };
            ids.Add((await (i % 2 == 0 ? fleet.Server : second).Door.Submit(NumberedJobs.Image(i), fields)).Id());
        }
        await fleet.Server.Drained(TimeSpan.FromMinutes(5));
        var jobs = await second.Door.Jobs();
        jobs.Select(job => job.Id()).ShouldBe(ids, ignoreOrder: true);
        var runs = jobs.Select(Run).OrderBy(run => run.From).ToArray();
        for (var i = 1; i < runs.Length; i++) runs[i].From.ShouldBeGreaterThanOrEqualTo(runs[i - 1].To);
    }

    // The steps' own times: from before the first until behind the last.
    static (DateTimeOffset From, DateTimeOffset To) Run(JsonNode job)
    {
        var steps = job["steps"]!.AsArray();
        steps.Count.ShouldBeGreaterThan(0);
        return (Time(steps[0]!, "started_at"), Time(steps[^1]!, "finished_at"));
    }

    static DateTimeOffset Time(JsonNode node, string name) => DateTimeOffset.Parse(node.Text(name)!, CultureInfo.InvariantCulture);

    static Task<long> EndedTwice(Fleet fleet) =>
        fleet.Ask("SELECT count(*) FROM (SELECT job FROM revela.events WHERE type = 'job.completed' GROUP BY job HAVING count(*) > 1) twice");

    void Tell(Misfortune misfortune, Submitters submitters, LedgerWatch watch)
    {
        output.WriteLine($"{string.Join(", ", misfortune.Happened.Select(pair => $"{pair.Key} {pair.Value}"))} over {submitters.Accepted.Count} jobs, {submitters.Repeats} posts repeated, ledger looked at {watch.Looks} times");
        foreach (var fault in misfortune.Recoveries.GroupBy(recovery => recovery.Fault))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{fault.Key}: over after at most {fault.Max(recovery => recovery.Time.TotalSeconds):0.0} s"));
        output.WriteLine($"{misfortune.Refused} late writes of workers were refused");
    }
}
