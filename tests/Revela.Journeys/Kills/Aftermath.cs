using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Revela.Journeys.Pictures;
using Shouldly;

namespace Revela.Journeys.Kills;

/// <summary>What must hold when the last process has been killed and all work is done.</summary>
static class Aftermath
{
    /// <summary>The short queue keeps one finished job; until then its results may vanish while they are looked at.</summary>
    public static Task RetentionIsDone(Server server) => server.Until(
        door => door.Jobs($"&queue={NumberedJobs.ShortQueue}"), jobs => jobs.Count <= 1, "retention of the short queue");

    /// <summary>Every accepted job completed, with exactly its results, and their bytes are right.</summary>
    /// <returns>How many results the jobs have that are still kept.</returns>
    public static async Task<int> EveryJobIsDone(Server server, IReadOnlyDictionary<int, string> accepted)
    {
        accepted.Values.Distinct().Count().ShouldBe(accepted.Count, "two submissions were answered with the same job");
        var found = (await server.Door.Jobs()).ToDictionary(job => job.Id());
        var wrong = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(accepted, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (one, _) =>
        {
            var (number, id) = one;
            if (NumberedJobs.IsPruned(number) && !found.ContainsKey(id)) return;
            if (!found.TryGetValue(id, out var job)) wrong.Enqueue($"job {number} ({id}) is gone");
            else if (job.Text("state") != "completed") wrong.Enqueue($"job {number} did not complete: {job.ToJsonString()}");
            else await ResultsAreRight(server, number, job, wrong);
        });
        wrong.ShouldBeEmpty();
        found.Keys.Except(accepted.Values).ShouldBeEmpty("jobs that no client was told of in the end");
        return found.Values.Sum(job => job["outputs"]!.AsArray().Count);
    }

    /// <summary>The counters say what was submitted, and that nothing of it failed.</summary>
    public static async Task TheLedgerCountsThemAll(Server server, int jobs)
    {
        var total = (await server.Door.Get("/api/v1/stats"))["total"]!;
        total.Number("accepted").ShouldBe(jobs);
        total.Number("completed").ShouldBe(jobs);
        total.Number("failed").ShouldBe(0);
        total.Number("cancelled").ShouldBe(0);
    }

    static async Task ResultsAreRight(Server server, int number, JsonNode job, ConcurrentQueue<string> wrong)
    {
        var expected = await NumberedJobs.Results(number);
        var outputs = job["outputs"]!.AsArray();
        if (outputs.Count != expected.Count)
        {
            wrong.Enqueue($"job {number} has {outputs.Count} results instead of {expected.Count}");
            return;
        }
        for (var i = 0; i < expected.Count; i++)
        {
            var bytes = await server.Door.Bytes(outputs[i]!.Text("url")!);
            if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != expected[i]) wrong.Enqueue($"result {i} of job {number} is not the right picture ({bytes.Length} bytes)");
        }
    }
}
