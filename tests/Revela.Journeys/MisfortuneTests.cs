using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Revela.Journeys.Fleets;
using Revela.Journeys.Kills;
using Revela.Journeys.Pictures;
using Revela.Services;
using Revela.Tests.Storage.Broker;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Revela.Journeys;

/// <summary>Many processes on PostgreSQL, S3 and RabbitMQ: whatever dies, freezes or goes away, nothing accepted is lost and nothing is published twice (laws 1, 2, 3, 5, 7, 9).</summary>
[Collection(RabbitTests.Name)]
public sealed class MisfortuneTests(RabbitServer broker, ITestOutputHelper output)
{
    static readonly Dictionary<Fault, int> plan = new()
    {
        [Fault.WorkerKilled] = Soak.IsWhole ? 20 : 2,
        [Fault.WorkerDiedAtPoint] = Soak.IsWhole ? 20 : 2,
        [Fault.ServerKilled] = Soak.IsWhole ? 12 : 1,
        [Fault.ServerDiedAtPoint] = Soak.IsWhole ? 12 : 1,
        [Fault.PostgresRestarted] = Soak.IsWhole ? 12 : 1,
        [Fault.BackendsTerminated] = Soak.IsWhole ? 12 : 1,
        [Fault.StorageStopped] = Soak.IsWhole ? 3 : 1,
        [Fault.BrokerKilled] = Soak.IsWhole ? 6 : 1,
        [Fault.WorkerFrozen] = Soak.IsWhole ? 6 : 1,
    };

    [SkippableFact]
    public async Task Every_accepted_job_completes_exactly_once_whatever_befalls_the_fleet()
    {
        var (jobs, faults) = (Soak.IsWhole ? 10_000 : 1_000, plan.Values.Sum());
        var bus = broker.Options();
        await using var fleet = await Fleet.StartApart(workers: 3, ("REVELA_WORKER_ENABLED", "false"), ("REVELA_WORKER_LEASE", "15s"), ("REVELA_WORKER_CLEAN_EVERY", "500ms"),
            ("REVELA_BROKER_URL", bus.Url!), ("REVELA_BROKER_EXCHANGE", bus.Exchange));
        await fleet.Server.Door.Patch($"/api/v1/queues/{NumberedJobs.ShortQueue}", new JsonObject { ["keep_completed"] = 1 });
        var (submitters, began) = (new Submitters(fleet.Server), Stopwatch.GetTimestamp());
        var misfortune = new Misfortune(
            fleet, broker, submitters, new Random(20261127), away: TimeSpan.FromSeconds(Soak.IsWhole ? 10 : 2), storageAway: TimeSpan.FromSeconds(Soak.IsWhole ? 60 : 4));
        var watch = new LedgerWatch(fleet.Server);
        await using (watch)
        {
            var submitting = submitters.Run(clients: 4);
            await misfortune.Run(plan, jobs * 7 / 10 / faults);
            Told("all faults", began);
            submitters.AllowTheRest(jobs);
            await submitting.WaitAsync(TimeSpan.FromMinutes(20));
            await fleet.Server.Drained(TimeSpan.FromMinutes(20));
        }
        Told("all jobs", began);
        Tell(misfortune, submitters, watch);

        watch.Wrong.ShouldBeEmpty();
        misfortune.Happened.ShouldBe(plan, ignoreOrder: true);
        misfortune.Refused.ShouldBeGreaterThanOrEqualTo(plan[Fault.WorkerFrozen]);
        if (Soak.IsWhole) misfortune.Recoveries.Max(recovery => recovery.Time).ShouldBeLessThan(TimeSpan.FromSeconds(30));
        await EverythingIsThereOnce(fleet, submitters, began);
    }

    async Task EverythingIsThereOnce(Fleet fleet, Submitters submitters, long began)
    {
        await Aftermath.RetentionIsDone(fleet.Server);
        var results = await Aftermath.EveryJobIsDone(fleet.Server, submitters.Accepted);
        await Aftermath.TheLedgerCountsThemAll(fleet.Server, submitters.Accepted.Count);
        (await fleet.Ask("SELECT count(*) FROM (SELECT job FROM revela.events WHERE type = 'job.completed' GROUP BY job HAVING count(*) > 1) twice")).ShouldBe(0, "jobs that completed twice");
        Told("all results seen", began);
        foreach (var worker in fleet.Workers) await worker.Stop(Server.Patience);
        await fleet.Server.Stop();
        Told("all stopped", began);
        output.WriteLine($"{results} results, {await Remains.AreInOrder(fleet.Open, results)} orphan objects swept");
        Told("all looked at", began);
        await Orphans.AreGone();
    }

    void Told(string what, long began) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} after {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s"));

    void Tell(Misfortune misfortune, Submitters submitters, LedgerWatch watch)
    {
        output.WriteLine($"{misfortune.Happened.Values.Sum()} faults over {submitters.Accepted.Count} jobs, {submitters.Repeats} posts repeated, {misfortune.Refused} late writes refused, ledger looked at {watch.Looks} times");
        output.WriteLine(string.Join(", ", misfortune.Reached.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value}")));
        foreach (var fault in misfortune.Recoveries.GroupBy(recovery => recovery.Fault).OrderBy(group => group.Key))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{fault.Key} {fault.Count()}: over after at most {fault.Max(recovery => recovery.Time.TotalSeconds):0.0} s"));
    }
}
