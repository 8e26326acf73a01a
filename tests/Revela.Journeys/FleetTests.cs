using System.Globalization;
using System.Text.Json.Nodes;
using Revela.Journeys.Fleets;
using Revela.Journeys.Pictures;
using Revela.Services;
using Shouldly;
using Xunit;

namespace Revela.Journeys;

/// <summary>Many processes on PostgreSQL and S3: they keep to the limits of their queues together, and start in any order.</summary>
public sealed class FleetTests
{
    [SkippableFact]
    public async Task Five_processes_never_run_two_jobs_of_a_queue_whose_limit_is_one()
    {
        await using var fleet = await Fleet.Start(workers: 3);
        await using var second = await fleet.StartServer();
        await fleet.Server.Door.Patch("/api/v1/queues/kept", new JsonObject { ["global_limit"] = 1 });
        var ids = new List<string>();
        for (var i = 0; i < (Soak.IsWhole ? 60 : 30); i++)
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

    [SkippableFact]
    public async Task A_server_and_a_worker_that_start_before_database_and_storage_wait_for_them()
    {
        await using var fleet = await Fleet.StartApart(workers: 0, ("REVELA_WORKER_ENABLED", "false"));
        await fleet.Server.Stop();
        await fleet.StopStorage();
        await fleet.Postgres.Stop();

        var starting = fleet.Server.Start();
        var worker = fleet.NewWorker();
        await Say("The store is not available at the moment.");
        await fleet.Postgres.StartAgain();
        await Say("The object storage cannot be reached.");
        await fleet.StartStorage();

        await starting;
        await fleet.Server.JobBecomes((await fleet.Server.Door.Submit(NumberedJobs.Image(0), new Dictionary<string, string> { ["pipeline"] = "grey" })).Id(), "completed");
        await worker.Stop(Server.Patience);
        worker.ExitCode.ShouldBe(0, worker.Log);

        Task Say(string words) => fleet.Until(
            () => Task.FromResult(fleet.Server.Process!.Said(words) > 0 && worker.Said(words) > 0), $"that both said: {words}");
    }

    // The steps' own times: from before the first until behind the last.
    static (DateTimeOffset From, DateTimeOffset To) Run(JsonNode job)
    {
        var steps = job["steps"]!.AsArray();
        steps.Count.ShouldBeGreaterThan(0);
        return (Time(steps[0]!, "started_at"), Time(steps[^1]!, "finished_at"));
    }

    static DateTimeOffset Time(JsonNode node, string name) => DateTimeOffset.Parse(node.Text(name)!, CultureInfo.InvariantCulture);
}
