using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Revela.Core.Accounts;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App;

/// <summary>POST /api/v1/jobs, asked well.</summary>
[Collection(nameof(SharedServer))]
public sealed class SubmitJobsTests(SharedServer shared)
{
    const string Route = "/api/v1/jobs";
    readonly LiveServer live = shared.Live;

    [Fact]
    public async Task An_image_is_answered_at_once_and_developed()
    {
        using var answer = await live.Post(Route, Form(("pipeline", "grayscale")).File(Pictures.New(), "sun.png"));
        var accepted = await Task.FromResult(answer).ShouldBe(202);
        answer.Headers.Location!.AbsolutePath.ShouldBe($"{Route}/{accepted["id"]}");
        answer.Headers.Contains("Preference-Applied").ShouldBeFalse();

        var done = await live.Ended(accepted["id"]!.ToString());
        done["state"]!.ToString().ShouldBe("completed");
        using var picture = await live.Stranger.GetAsync(done["links"]!["result"]!.ToString());
        picture.StatusCode.ShouldBe(HttpStatusCode.OK);
        picture.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
    }

    [Fact]
    public async Task A_job_reads_as_promised_from_its_first_answer_on()
    {
        string[] promised =
        [
            "id", "state", "pipeline", "queue", "priority", "progress", "step", "attempt", "max_attempts", "crashes", "parked", "cost_usd", "error", "outputs",
            "data", "steps", "asset_id", "batch_id", "created_at", "run_at", "started_at", "finished_at", "links",
        ];
        var accepted = await live.Post(Route, Form(("pipeline", "grayscale"), ("run_at", "2999-01-01T00:00:00Z")).File(Pictures.New())).ShouldBe(202);
        accepted.Select(field => field.Key).ShouldBe(promised, ignoreOrder: true);
        accepted["state"]!.ToString().ShouldBe("pending");
        accepted["run_at"]!.GetValue<DateTimeOffset>().Year.ShouldBe(2999);

        var done = await live.Develop(Pictures.New(40, 30), "grayscale");
        done.Select(field => field.Key).ShouldBe(promised, ignoreOrder: true);
        done["progress"]!.GetValue<double>().ShouldBe(1);
        done["attempt"]!.GetValue<int>().ShouldBe(1);
        var output = done["outputs"]!.AsArray().ShouldHaveSingleItem()!.AsObject();
        output.Select(field => field.Key).ShouldBe(["asset_id", "url", "content_type", "bytes", "width", "height"], ignoreOrder: true);
        output["width"]!.GetValue<int>().ShouldBe(40);
        var step = done["steps"]!.AsArray().ShouldHaveSingleItem()!.AsObject();
        step.Select(field => field.Key).ShouldBe(["op", "engine", "state", "started_at", "finished_at", "cost_usd"], ignoreOrder: true);
    }

    [Fact]
    public async Task With_patience_the_answer_is_the_finished_job()
    {
        using var answer = await live.Post(Route, Form(("pipeline", "grayscale")).File(Pictures.New()), wait: LiveServer.Patience);
        (await Task.FromResult(answer).ShouldBe(200))["state"]!.ToString().ShouldBe("completed");
        answer.Headers.GetValues("Preference-Applied").ShouldBe([$"wait={LiveServer.Patience}"]);
        answer.Headers.Location.ShouldNotBeNull();
    }

    [Fact]
    public async Task When_patience_ends_before_the_job_it_is_202_all_the_same()
    {
        using var answer = await live.Post(Route, Form(("pipeline", "grayscale"), ("run_at", "2999-01-01T00:00:00Z")).File(Pictures.New()), wait: 0);
        await Task.FromResult(answer).ShouldBe(202);
        answer.Headers.GetValues("Preference-Applied").ShouldBe(["wait=0"]);
    }

    [Fact]
    public async Task Many_images_make_a_batch_and_fields_may_stand_behind_the_files()
    {
        var form = new MultipartFormDataContent().File(Pictures.New(), "a.png").File(Pictures.New(), "b.png");
        form.Add(new StringContent("grayscale"), "pipeline");
        form.Add(new StringContent("summer"), "batch");
        form.Add(new StringContent("""{"shoot": 7}"""), "metadata");
        form.Add(new StringContent("beach, sun"), "tags");
        form.Add(new StringContent("3"), "priority");
        var answer = await live.Post(Route, form, wait: LiveServer.Patience).ShouldBe(200);
        answer.Select(field => field.Key).ShouldBe(["batch_id", "jobs", "estimated_usd"], ignoreOrder: true);
        var jobs = answer["jobs"]!.AsArray();
        jobs.Count.ShouldBe(2);
        foreach (var job in jobs)
        {
            job!["batch_id"]!.ToString().ShouldBe(answer["batch_id"]!.ToString());
            job["metadata"]!["shoot"]!.GetValue<int>().ShouldBe(7);
            job["tags"]!.AsArray().Select(tag => tag!.ToString()).ShouldBe(["beach", "sun"]);
            job["priority"]!.GetValue<int>().ShouldBe(3);
        }
        (await live.Get($"/api/v1/batches/{answer["batch_id"]}"))["name"]!.ToString().ShouldBe("summer");
    }

    [Fact]
    public async Task One_image_as_a_batch_still_answers_with_its_job()
    {
        var job = await live.Post(Route, Form(("pipeline", "grayscale"), ("batch", "true")).File(Pictures.New())).ShouldBe(202);
        var batch = await live.Get($"/api/v1/batches/{job["batch_id"]}");
        batch["total"]!.GetValue<int>().ShouldBe(1);
        batch["name"].ShouldBeNull();
    }

    [Fact]
    public async Task An_asset_can_be_developed_with_inline_steps()
    {
        var asset = await live.Post("/api/v1/assets", new MultipartFormDataContent().File(Pictures.New(64, 48))).ShouldBe(201);
        var json = $$"""{"asset_id": "{{asset["id"]}}", "steps": [{"op": "resize", "width": 20, "height": 20}, {"op": "convert", "format": "webp"}], "tags": ["x"], "fresh": true}""";
        var job = await live.Post(Route, JsonBody(json), wait: LiveServer.Patience).ShouldBe(200);
        job["asset_id"]!.ToString().ShouldBe(asset["id"]!.ToString());
        var output = job["outputs"]![0]!;
        output["content_type"]!.ToString().ShouldBe("image/webp");
        output["width"]!.GetValue<int>().ShouldBe(20);
        output["height"]!.GetValue<int>().ShouldBe(15);
    }

    [Fact]
    public async Task A_plain_form_can_name_an_asset()
    {
        var asset = await live.Post("/api/v1/assets", new MultipartFormDataContent().File(Pictures.New())).ShouldBe(201);
        var form = new FormUrlEncodedContent([new("asset_id", asset["id"]!.ToString()), new("steps", """[{"op": "grayscale"}]"""), new("fresh", "1")]);
        (await live.Post(Route, form, wait: LiveServer.Patience).ShouldBe(200))["state"]!.ToString().ShouldBe("completed");
    }

    [Fact]
    public async Task The_same_image_is_answered_from_its_result_unless_it_shall_be_fresh()
    {
        var picture = Pictures.New();
        var first = await live.Develop(picture, "grayscale");
        var second = await live.Develop(picture, "grayscale");
        second["id"]!.ToString().ShouldNotBe(first["id"]!.ToString());
        second["shared_with"]!.ToString().ShouldBe(first["id"]!.ToString());
        var fresh = await live.Post(Route, Form(("pipeline", "grayscale"), ("fresh", "true")).File(picture), wait: LiveServer.Patience).ShouldBe(200);
        fresh["shared_with"].ShouldBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_repeated_request_with_the_same_key_is_answered_with_the_first_ones_job(bool asHeader)
    {
        var (key, picture) = (Guid.NewGuid().ToString(), Pictures.New());
        var first = await Send(key, picture, asHeader).ShouldBe(202);
        var again = await Send(key, picture, asHeader).ShouldBe(202);
        again["id"]!.ToString().ShouldBe(first["id"]!.ToString());
        await Send(key, Pictures.New(), asHeader).ShouldBeProblem(422, ErrorCodes.IdempotencyMismatch);

        var sha = (await live.Get($"/api/v1/assets/{first["asset_id"]}"))["sha256"];
        (await live.Get($"/api/v1/assets?sha256={sha}"))["assets"]!.AsArray().Count(asset => asset!["job_id"] is null).ShouldBe(1);
    }

    [Fact]
    public async Task A_quoted_key_is_the_same_key_and_two_different_ones_are_refused()
    {
        var (key, picture) = (Guid.NewGuid().ToString(), Pictures.New());
        var first = await Send($"\"{key}\"", picture, asHeader: true).ShouldBe(202);
        (await Send(key, picture, asHeader: false).ShouldBe(202))["id"]!.ToString().ShouldBe(first["id"]!.ToString());
        var request = Request(Form(("pipeline", "grayscale"), ("idempotency", "one")).File(picture));
        request.Headers.Add("Idempotency-Key", "two");
        await live.Client.SendAsync(request).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task A_name_full_of_tricks_is_kept_for_people_only()
    {
        var job = await live.Develop(Pictures.New(), "grayscale", "../../../etc/cron.d/evil<img>.png");
        var asset = await live.Get($"/api/v1/assets/{job["asset_id"]}");
        asset["file_name"]!.ToString().ShouldBe("evil_img_.png");
        using var picture = await live.Client.GetAsync($"/api/v1/jobs/{job["id"]}/result");
        picture.Content.Headers.ContentDisposition!.ToString().ShouldBe("inline; filename=evil_img_.png; filename*=UTF-8''evil_img_.png");
        Directory.EnumerateFiles(live.Data, "*evil*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    Task<HttpResponseMessage> Send(string key, byte[] picture, bool asHeader)
    {
        var form = Form(("pipeline", "grayscale")).File(picture);
        if (!asHeader) form.Add(new StringContent(key), "idempotency");
        var request = Request(form);
        if (asHeader) request.Headers.Add("Idempotency-Key", key);
        return live.Client.SendAsync(request);
    }

    static HttpRequestMessage Request(HttpContent body) => new(HttpMethod.Post, Route) { Content = body };
}
