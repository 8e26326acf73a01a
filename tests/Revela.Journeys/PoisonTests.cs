using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Revela.Journeys;

/// <summary>A decoder that crashes, spins or eats memory ends its own job and no other (law 7).</summary>
public sealed class PoisonTests
{
    static readonly byte[] photo = Photos.Small(160, 120, 6);

    [Fact]
    public async Task Poisoned_jobs_fail_alone_and_their_input_is_named_and_refused()
    {
        await using var server = await Server.Started(null, ("REVELA_TEST_OPERATIONS", "1"), ("REVELA_CHILDREN_STEP_TIME_LIMIT", "10s"));
        var normal = new List<string>();
        var poisoned = new Dictionary<string, string>();
        var number = 0;
        foreach (var operation in new[] { "test-crash", "test-spin", "test-eat" })
        {
            for (var i = 0; i < 10; i++) normal.Add(await Submit(server, number++, "grayscale"));
            poisoned[operation] = await Submit(server, Poisoned(operation), operation);
            for (var i = 0; i < 10; i++) normal.Add(await Submit(server, number++, "grayscale"));
        }

        foreach (var id in normal)
        {
            var job = await server.JobBecomes(id, "completed");
            job.Number("attempt").ShouldBe(1, $"{job.ToJsonString()}\n{server.Log}");
            job.Number("crashes").ShouldBe(0);
        }
        await Fails(server, poisoned["test-crash"], "crashed");
        await Fails(server, poisoned["test-spin"], "timed-out");
        await Fails(server, poisoned["test-eat"], "too-large");

        foreach (var operation in poisoned.Keys)
        {
            var again = await server.JobBecomes(await Submit(server, Poisoned(operation), "grayscale"), "failed");
            again["error"]!.Text("code").ShouldBe("quarantined", again.ToJsonString());
        }
    }

    static async Task Fails(Server server, string id, string code)
    {
        var job = await server.JobBecomes(id, "failed");
        job["error"]!.Text("code").ShouldBe(code, job.ToJsonString());
        job.Number("crashes").ShouldBe(2, job.ToJsonString());
    }

    static int Poisoned(string operation) => 1000 + operation.Length;

    static async Task<string> Submit(Server server, int number, string operation)
    {
        var steps = new JsonArray(new JsonObject { ["op"] = operation });
        return (await server.Door.Submit(Photos.Copy(photo, number), new Dictionary<string, string> { ["steps"] = steps.ToJsonString() })).Id();
    }
}
