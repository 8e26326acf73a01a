using System.Text.Json.Nodes;
using Revela.Core.Flow;
using Revela.Journeys.Kills;
using Revela.Journeys.Pictures;
using Revela.Services;
using Revela.Storage;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Revela.Journeys;

/// <summary>Nothing that was accepted is lost, and nothing is done twice, whatever dies and whenever (laws 1, 2, 3, 5, 7, 9).</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_accepted_job_completes_exactly_once_whatever_is_killed()
    {
        var (kills, jobs) = Soak.IsWhole ? (200, 5000) : (24, 500);
        var seed = int.TryParse(Environment.GetEnvironmentVariable("REVELA_SEED"), out var given) ? given : 20261120;
        var random = new Random(seed);

        await using var server = await Server.Started(NumberedJobs.Pipelines, ("REVELA_TEST_OPERATIONS", "0"), ("REVELA_WORKER_CLEAN_EVERY", "500ms"));
        await server.Door.Patch($"/api/v1/queues/{NumberedJobs.ShortQueue}", new JsonObject { ["keep_completed"] = 1 });
        var submitters = new Submitters(server);
        var slaughter = new Slaughter(server, submitters, random);
        var watch = new LedgerWatch(server);
        await using (watch)
        {
            var submitting = submitters.Run(clients: 4);
            await slaughter.Run(Kill.Plan(kills, random), jobs / kills);
            submitters.AllowTheRest(jobs);
            await submitting.WaitAsync(TimeSpan.FromMinutes(10));
            await server.Drained(TimeSpan.FromMinutes(10));
        }
        output.WriteLine($"seed {seed}: {slaughter.Deaths} deaths over {submitters.Accepted.Count} jobs, {submitters.Repeats} posts repeated, ledger looked at {watch.Looks} times");
        output.WriteLine(string.Join(", ", slaughter.Reached.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value}")));

        watch.Wrong.ShouldBeEmpty();
        slaughter.Deaths.ShouldBeGreaterThanOrEqualTo(kills);
        Kill.Points.Except(slaughter.Reached.Keys).ShouldBeEmpty("crash points at which no process died");
        await Aftermath.RetentionIsDone(server);
        var results = await Aftermath.EveryJobIsDone(server, submitters.Accepted);
        await Aftermath.TheLedgerCountsThemAll(server, submitters.Accepted.Count);
        await slaughter.Stop();
        var orphans = await Remains.AreInOrder(async later => await EmbeddedStore.Open(server.Data, later, null, CancellationToken.None), results);
        output.WriteLine($"{results} results, {orphans} orphan objects swept");
        await Orphans.AreGone();
    }
}
