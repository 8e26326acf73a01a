using Revela.Core.Jobs;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App;

/// <summary>Queues: listed, paused, resumed, limited and cleaned, on a server of their own.</summary>
public sealed class QueueTests : IAsyncLifetime
{
    const string Route = "/api/v1/queues";
    LiveServer live = null!;

    public async Task InitializeAsync() => live = await LiveServer.Start();

    public async Task DisposeAsync() => await live.DisposeAsync();

    [Fact]
    public async Task A_paused_queue_takes_jobs_and_begins_none_until_it_is_resumed()
    {
        await live.Develop(Pictures.New(), "grayscale");
        (await live.Post($"{Route}/default/pause", null).ShouldBe(200))["paused"]!.GetValue<bool>().ShouldBeTrue();
        var job = await live.Post("/api/v1/jobs", Form(("pipeline", "grayscale")).File(Pictures.New()), wait: 1).ShouldBe(202);
        job["state"]!.ToString().ShouldBe("pending");
        (await live.Get($"{Route}/default"))["counts"]!["pending"]!.GetValue<int>().ShouldBe(1);
        (await live.Post($"{Route}/default/resume", null).ShouldBe(200))["paused"]!.GetValue<bool>().ShouldBeFalse();
        (await live.Ended(job["id"]!.ToString()))["state"]!.ToString().ShouldBe("completed");
    }

    [Fact]
    public async Task Limits_change_one_by_one_and_null_lifts_them()
    {
        var changed = await Change("nightly", """{"concurrency": 3, "min_gap_seconds": 2.5, "keep_for_seconds": 86400, "rate_limit": 10, "rate_period_seconds": 60}""").ShouldBe(200);
        changed["concurrency"]!.GetValue<int>().ShouldBe(3);
        var again = await Change("nightly", """{"concurrency": null, "global_limit": 1}""").ShouldBe(200);
        again["concurrency"].ShouldBeNull();
        again["global_limit"]!.GetValue<int>().ShouldBe(1);
        again["min_gap_seconds"]!.GetValue<double>().ShouldBe(2.5);
        again["keep_for_seconds"]!.GetValue<double>().ShouldBe(86400);
        (await live.Get(Route))["queues"]!.AsArray().Select(queue => queue!["name"]!.ToString()).ShouldContain("nightly");
    }

    [Theory]
    [InlineData("nightly", """{"concurrency": 0}""")]
    [InlineData("nightly", """{"concurrency": "many"}""")]
    [InlineData("nightly", """{"min_gap_seconds": -1}""")]
    [InlineData("nightly", """{"rate_period_seconds": 0}""")]
    [InlineData("nightly", """{"keep_for_seconds": 1e300}""")]
    [InlineData("nightly", """{"speed": 9}""")]
    [InlineData("nightly", "[]")]
    [InlineData("Nightly", "{}")]
    public async Task A_bad_change_is_refused(string queue, string json) => await Change(queue, json).ShouldBeProblem(400, ErrorCodes.InvalidRequest);

    [Fact]
    public async Task Finished_jobs_are_cleaned_away_and_still_counted()
    {
        var job = await live.Develop(Pictures.New(), "grayscale");
        (await Clean("""{"older_than_seconds": 3600}""").ShouldBe(200))["count"]!.GetValue<int>().ShouldBe(0);
        (await Clean("""{"states": ["failed"]}""").ShouldBe(200))["count"]!.GetValue<int>().ShouldBe(0);
        (await Clean("{}").ShouldBe(200))["count"]!.GetValue<int>().ShouldBe(1);
        await live.Client.GetAsync($"/api/v1/jobs/{job["id"]}").ShouldBeProblem(404, ErrorCodes.NotFound);
        (await live.Get($"{Route}/default"))["counts"]!["completed"]!.GetValue<int>().ShouldBe(1);
        (await live.Get("/api/v1/stats"))["adds_up"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Bad_questions_are_refused()
    {
        await live.Develop(Pictures.New(), "grayscale");
        await Clean("""{"states": ["pending"]}""").ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await Clean("""{"states": ["gone"]}""").ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await Clean("""{"older_than_seconds": -1}""").ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await live.Post($"{Route}/default/clean", new StringContent("{}")).ShouldBeProblem(415, ErrorCodes.UnsupportedMediaType);
        foreach (var verb in new[] { "pause", "resume" }) await live.Post($"{Route}/nowhere/{verb}", null).ShouldBeProblem(404, ErrorCodes.NotFound);
        await live.Post($"{Route}/nowhere/clean", JsonBody("{}")).ShouldBeProblem(404, ErrorCodes.NotFound);
        await live.Client.GetAsync($"{Route}/nowhere").ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    Task<HttpResponseMessage> Change(string queue, string json) => live.Client.PatchAsync($"{Route}/{queue}", JsonBody(json));

    Task<HttpResponseMessage> Clean(string json) => live.Post($"{Route}/default/clean", JsonBody(json));
}
