using System.Text.Json.Nodes;
using Revela.Imaging.Header;
using Revela.Providers.Fakes;
using Shouldly;
using Xunit;

namespace Revela.Tests.App;

/// <summary>The whole server with every outside service played by its fake.</summary>
public sealed class ServiceTests
{
    const string Showcase = """[{"op":"remove-background","engine":"clipdrop","as":"cutout"},{"op":"restyle","prompt":"On a {place}","size":"512"}]""";

    [Fact]
    public async Task A_pipeline_of_two_services_completes_and_says_who_did_what_at_which_price()
    {
        await using var fakes = await FakeServices.Start(0, new HeaderReader(), TimeProvider.System, CancellationToken.None);
        await using var server = await LiveServer.Start(options => options.SentTo(fakes) with { Clipdrop = options.SentTo(fakes).Clipdrop with { UsdPerCredit = 0.5 } });

        var job = await Develop(server);

        job["state"]!.ToString().ShouldBe("completed", job.ToJsonString());
        job["cost_usd"]!.GetValue<decimal>().ShouldBe(0.545m);
        var steps = job["steps"]!.AsArray();
        steps.Select(step => (step!["engine"]!.ToString(), step["cost_usd"]!.GetValue<decimal>())).ShouldBe([("clipdrop-1", 0.5m), ("gemini-3.1-flash-image", 0.045m)]);
        job["outputs"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task Without_credit_the_job_waits_parked()
    {
        await using var fakes = await FakeServices.Start(0, new HeaderReader(), TimeProvider.System, CancellationToken.None);
        await using var server = await LiveServer.Start(options => options.SentTo(fakes));
        fakes.ClipDrop.Weather = () => Trouble.NoCredit;

        using var answer = await server.Post("/api/v1/jobs", LiveServer.Form(("steps", Showcase), ("metadata", """{"place":"beach"}""")).File(Pictures.New()));
        var id = (await LiveServer.Json(answer))["id"]!.ToString();
        await server.Sees(id, "job.parked");

        var job = await server.Get($"/api/v1/jobs/{id}");
        (job["state"]!.ToString(), job["parked"]!["code"]!.ToString()).ShouldBe(("pending", "out-of-credit"));
        job["parked"]!["until"].ShouldNotBeNull();
    }

    [Fact]
    public async Task A_service_that_is_not_set_up_fails_the_job_with_the_name_of_the_setting()
    {
        await using var server = await LiveServer.Start();
        var job = await Develop(server);
        job["error"]!["code"]!.ToString().ShouldBe("engine-unavailable");
        job["error"]!["message"]!.ToString().ShouldContain("REVELA_CLIPDROP_KEY");
    }

    static async Task<JsonObject> Develop(LiveServer server)
    {
        using var answer = await server.Post("/api/v1/jobs", LiveServer.Form(("steps", Showcase), ("metadata", """{"place":"beach"}""")).File(Pictures.New()), wait: 60);
        return await LiveServer.Json(answer);
    }
}
