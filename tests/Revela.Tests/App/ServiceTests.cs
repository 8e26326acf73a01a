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
    public async Task Where_a_service_has_no_credit_or_is_not_set_up_the_next_engine_does_it()
    {
        await using var fakes = await FakeServices.Start(0, new HeaderReader(), TimeProvider.System, CancellationToken.None);
        await using var server = await LiveServer.Start(options => options.SentTo(fakes) with { Rembg = new() });
        fakes.ClipDrop.Weather = () => Trouble.NoCredit;
        const string Steps = """[{"op":"upscale","engines":["clipdrop","lanczos"]},{"op":"remove-background","engines":["rembg","clipdrop","classic"],"min_confidence":0}]""";
        var job = await Develop(server, Steps, PaintedPng.Disc(64, 48, transparent: false));
        job["state"]!.ToString().ShouldBe("completed", job.ToJsonString());
        job["steps"]!.AsArray().Select(step => step!["engine"]!.ToString().Split('-')[0]).ShouldBe(["lanczos", "classic"]);
        job["cost_usd"]!.GetValue<decimal>().ShouldBe(0);
        job["data"]!["passed_over"]!.AsArray().Select(one => (one!["engine"]!.ToString(), one["code"]!.ToString()))
            .ShouldBe([("rembg", "engine-unavailable"), ("clipdrop", "out-of-credit")]);
        // The second step asked nobody: one refusal is enough for all.
        fakes.ClipDrop.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Each_step_that_a_service_does_is_kept_by_itself_also_where_the_operation_fuses_elsewhere()
    {
        await using var fakes = await FakeServices.Start(0, new HeaderReader(), TimeProvider.System, CancellationToken.None);
        await using var server = await LiveServer.Start(options => options.SentTo(fakes));
        const string Steps = """[{"op":"upscale","engine":"clipdrop"},{"op":"upscale","engine":"clipdrop","factor":1.5},{"op":"upscale","engines":["lanczos","clipdrop"]}]""";
        var job = await Develop(server, Steps);
        job["state"]!.ToString().ShouldBe("completed", job.ToJsonString());
        job["steps"]!.AsArray().Select(step => step!["engine"]!.ToString()).ShouldBe(["clipdrop-1", "clipdrop-1", "lanczos-1"]);
        var calls = (await server.Get($"/api/v1/jobs/{job["id"]}/calls"))["calls"]!.AsArray();
        calls.Select(call => call!["state"]!.ToString()).ShouldBe(["kept", "kept"]);
    }

    [Fact]
    public async Task An_estimate_says_what_outside_services_would_take_and_a_batch_repeats_it()
    {
        await using var fakes = await FakeServices.Start(0, new HeaderReader(), TimeProvider.System, CancellationToken.None);
        await using var server = await LiveServer.Start(options => options.SentTo(fakes) with { Clipdrop = options.SentTo(fakes).Clipdrop with { UsdPerCredit = 0.5 } });
        var body = $$"""{"steps": {{Showcase}}, "images": 100}""";
        var estimate = await server.Post("/api/v1/estimates", LiveServer.JsonBody(body)).ShouldBe(200);
        (estimate["usd"]!.GetValue<decimal>(), estimate["usd_per_image"]!.GetValue<decimal>()).ShouldBe((54.5m, 0.545m));
        estimate["steps"]!.AsArray().Select(step => step!["usd"]!.GetValue<decimal>()).ShouldBe([0.5m, 0.045m]);
        estimate["prices_dated"]!.ToString().ShouldBe("2026-11-20");
        fakes.ClipDrop.Calls.ShouldBeEmpty();
        await server.Post("/api/v1/estimates", LiveServer.JsonBody("""{"images": 0}""")).ShouldBeProblem(400, "invalid-request");
        await server.Post("/api/v1/estimates", LiveServer.JsonBody("""{"pipeline": "nothing"}""")).ShouldBeProblem(422, "unknown-pipeline");

        var form = LiveServer.Form(("steps", Showcase), ("metadata", """{"place":"beach"}""")).File(Pictures.New()).File(Pictures.New(20, 30), "other.png");
        var batch = await server.Post("/api/v1/jobs", form).ShouldBe(202);
        batch["estimated_usd"]!.GetValue<decimal>().ShouldBe(1.09m);
    }

    [Fact]
    public async Task A_service_that_is_not_set_up_fails_the_job_with_the_name_of_the_setting()
    {
        await using var server = await LiveServer.Start();
        var job = await Develop(server);
        job["error"]!["code"]!.ToString().ShouldBe("engine-unavailable");
        job["error"]!["message"]!.ToString().ShouldContain("REVELA_CLIPDROP_KEY");
    }

    static async Task<JsonObject> Develop(LiveServer server, string steps = Showcase, byte[]? picture = null)
    {
        using var answer = await server.Post("/api/v1/jobs", LiveServer.Form(("steps", steps), ("metadata", """{"place":"beach"}""")).File(picture ?? Pictures.New()), wait: LiveServer.Patience);
        return await LiveServer.Json(answer);
    }
}
