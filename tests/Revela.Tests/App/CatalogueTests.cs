using Revela.Core.Jobs;
using Shouldly;
using Xunit;

namespace Revela.Tests.App;

/// <summary>Pipelines, operations, the figures and the health of the server.</summary>
[Collection(nameof(SharedServer))]
public sealed class CatalogueTests(SharedServer shared)
{
    readonly LiveServer live = shared.Live;

    [Fact]
    public async Task Pipelines_are_listed_and_their_steps_can_be_sent_back()
    {
        var all = (await live.Get("/api/v1/pipelines"))["pipelines"]!.AsArray();
        all.ShouldContain(pipeline => pipeline!["name"]!.ToString() == "analyze");
        var grayscale = await live.Get("/api/v1/pipelines/grayscale");
        var job = await live.Post("/api/v1/jobs", LiveServer.Form(("steps", grayscale["steps"]!.ToJsonString())).File(Pictures.New()), wait: LiveServer.Patience).ShouldBe(200);
        job["state"]!.ToString().ShouldBe("completed");
        await live.Client.GetAsync("/api/v1/pipelines/nothing").ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    [Fact]
    public async Task Operations_come_with_the_schema_of_their_options()
    {
        var all = (await live.Get("/api/v1/operations"))["operations"]!.AsArray();
        all.Count.ShouldBeGreaterThan(4);
        all.ShouldAllBe(operation => operation!["options"]!["type"]!.ToString() == "object");
        (await live.Get("/api/v1/operations/resize"))["options"]!["properties"]!["width"].ShouldNotBeNull();
        await live.Client.GetAsync("/api/v1/operations/nothing").ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    [Fact]
    public async Task The_figures_add_up()
    {
        await live.Develop(Pictures.New(), "grayscale");
        var stats = await live.Get("/api/v1/stats");
        stats["adds_up"]!.GetValue<bool>().ShouldBeTrue();
        stats["total"]!["completed"]!.GetValue<long>().ShouldBeGreaterThan(0);
        stats["workers"]!.AsArray().ShouldHaveSingleItem()!["process_id"]!.GetValue<int>().ShouldBe(Environment.ProcessId);
        stats["queues"]!.AsArray().ShouldContain(queue => queue!["name"]!.ToString() == "default");
    }

    [Fact]
    public async Task The_server_says_that_it_is_alive_and_ready()
    {
        (await live.Stranger.GetAsync("/health/live").ShouldBe(200))["status"]!.ToString().ShouldBe("ok");
        var ready = await live.Stranger.GetAsync("/health/ready").ShouldBe(200);
        ready["checks"]!.AsObject().ShouldAllBe(check => check.Value!.ToString() == "ok");
        ready["checks"]!.AsObject().Select(check => check.Key).ShouldBe(["store", "objects", "libvips"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_not_quarantined_cannot_be_released() =>
        await live.Client.DeleteAsync($"/api/v1/quarantine/{new string('0', 64)}").ShouldBeProblem(404, ErrorCodes.NotFound);

    [Theory]
    [InlineData("GET", "/nothing", 404, ErrorCodes.NotFound)]
    [InlineData("GET", "/api/v1/nothing", 404, ErrorCodes.NotFound)]
    [InlineData("GET", "/api/v2/jobs", 404, ErrorCodes.NotFound)]
    [InlineData("PUT", "/api/v1/jobs", 405, ErrorCodes.MethodNotAllowed)]
    [InlineData("DELETE", "/api/v1/queues/default", 405, ErrorCodes.MethodNotAllowed)]
    [InlineData("GET", "/openapi/v9.json", 404, ErrorCodes.NotFound)]
    public async Task An_address_or_verb_that_is_not_there_is_told_as_a_problem(string method, string path, int status, string code)
    {
        using var answer = await live.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        await Task.FromResult(answer).ShouldBeProblem(status, code);
        answer.Headers.Contains("Server").ShouldBeFalse();
    }
}
