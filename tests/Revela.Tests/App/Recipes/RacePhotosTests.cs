using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Revela.App.Recipes.RacePhotos;
using Revela.Core.Accounts;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App.Recipes;

/// <summary>The race photos contract, to the letter.</summary>
public sealed class RacePhotosTests
{
    [Fact]
    public async Task A_runner_finds_a_photo_by_the_number_on_it()
    {
        await using var live = await Start();
        using var answer = await live.Post("/photos", new MultipartFormDataContent().File(BibPhotos.Of("145"), field: "photo"));
        var accepted = await Task.FromResult(answer).ShouldBe(202);
        accepted.Select(field => field.Key).ShouldBe(["id", "url", "processingStatus"]);
        accepted["processingStatus"]!.ToString().ShouldBe("pending");
        answer.Headers.Location!.ToString().ShouldBe($"/photos/{accepted["id"]}");
        using var picture = await live.Stranger.GetAsync(accepted["url"]!.ToString());
        picture.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");

        var status = await Ended(live, accepted["id"]!.ToString());
        status.Select(field => field.Key).ShouldBe(["status", "error", "isProcessed", "processedAt"]);
        (status["status"]!.ToString(), status["error"], status["isProcessed"]!.GetValue<bool>()).ShouldBe(("completed", null, true));
        status["processedAt"]!.GetValue<DateTimeOffset>().ShouldBeGreaterThan(DateTimeOffset.UnixEpoch);

        var photo = await live.Client.GetAsync($"/photos/{accepted["id"]}").ShouldBe(200);
        var detection = photo["detections"]!.AsArray().ShouldHaveSingleItem()!.AsObject();
        detection.Select(field => field.Key).ShouldBe(["bib", "confidence", "box"]);
        detection["bib"]!.ToString().ShouldBe("145");
        detection["confidence"]!.GetValue<double>().ShouldBeInRange(0.75, 1);
        detection["box"]!.AsObject().Select(field => field.Key).ShouldBe(["x", "y", "width", "height"]);
        (await Found(live.Client, "145")).ShouldBe([accepted["id"]!.ToString()]);
        (await Found(live.Client, "14")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_photos_come_in_one_request_and_are_counted()
    {
        await using var live = await Start();
        (await Stats(live)).ShouldBe((0, 0, 0, 0, 0));
        var form = new MultipartFormDataContent();
        foreach (var bib in new[] { "145", "145", "2078" }) form.File(BibPhotos.Of(bib, bib == "145" ? form.Count() : 0), field: "photos");
        using var answer = await live.Post("/photos/multiple", form);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var accepted = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsArray();
        accepted.Count.ShouldBe(3);
        foreach (var one in accepted) await Ended(live, one!["id"]!.ToString());
        (await Stats(live)).ShouldBe((0, 0, 3, 0, 0));
        (await Found(live.Client, "145")).ShouldBe(accepted.Take(2).Reverse().Select(one => one!["id"]!.ToString()));
        var page = await live.Client.GetAsync("/photos?limit=2").ShouldBe(200);
        page["photos"]!.AsArray().Count.ShouldBe(2);
        (await live.Client.GetAsync($"/photos?limit=2&cursor={page["next"]}").ShouldBe(200))["photos"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Photos_and_their_numbers_outlive_the_jobs()
    {
        await using var live = await Start();
        var id = await Upload(live, BibPhotos.Of("145"));
        await Ended(live, id);
        await live.Client.PatchAsync("/api/v1/queues/race-photos", JsonBody("""{"keep_completed": 0}""")).ShouldBe(200);
        await live.Part<Janitor>().Clean(CancellationToken.None);
        (await live.Get("/api/v1/jobs?queue=race-photos"))["jobs"]!.AsArray().ShouldBeEmpty();

        (await live.Client.GetAsync($"/photos/{id}/status").ShouldBe(200))["isProcessed"]!.GetValue<bool>().ShouldBeTrue();
        (await Found(live.Client, "145")).ShouldBe([id]);
        var photo = await live.Client.GetAsync($"/photos/{id}").ShouldBe(200);
        (await live.Stranger.GetAsync(photo["url"]!.ToString())).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Stats(live)).ShouldBe((0, 0, 1, 0, 0));
    }

    [Fact]
    public async Task With_a_roster_other_numbers_go_to_review_and_names_are_known()
    {
        await using var live = await Start();
        var set = await live.Client.PutAsync("/photos/roster", Csv("bib,name\n145,Ana\n146,Bea\n")).ShouldBe(200);
        set["count"]!.GetValue<int>().ShouldBe(2);
        var (known, other) = (await Upload(live, BibPhotos.Of("145")), await Upload(live, BibPhotos.Of("2078")));
        await Ended(live, known);
        await Ended(live, other);
        (await live.Client.GetAsync($"/photos/{known}").ShouldBe(200))["detections"]![0]!["name"]!.ToString().ShouldBe("Ana");
        (await Found(live.Client, "2078")).ShouldBeEmpty();
        var doubtful = await live.Client.GetAsync($"/photos/{other}").ShouldBe(200);
        doubtful["detections"]!.AsArray().ShouldBeEmpty();
        (doubtful["review"]![0]!["bib"]!.ToString(), doubtful["review"]![0]!["reason"]!.ToString()).ShouldBe(("2078", "it is not on the roster"));
        (await live.Client.GetAsync("/photos?review=true").ShouldBe(200))["photos"]!.AsArray().Select(photo => photo!["id"]!.ToString()).ShouldBe([other]);

        await live.Client.DeleteAsync("/photos/roster").ShouldBe(204);
        (await live.Client.GetAsync("/photos/roster").ShouldBe(200))["count"]!.GetValue<int>().ShouldBe(0);
        var again = await Upload(live, BibPhotos.Of("2078", seed: 1));
        await Ended(live, again);
        (await Found(live.Client, "2078")).ShouldBe([again]);
    }

    [Fact]
    public async Task A_person_decides_what_is_in_doubt_and_the_photo_is_found_by_it()
    {
        await using var live = await Start();
        await live.Client.PutAsync("/photos/roster", Csv("145,Ana")).ShouldBe(200);
        var id = await Upload(live, BibPhotos.Of("2078"));
        await Ended(live, id);
        var reading = (await live.Client.GetAsync($"/photos/{id}").ShouldBe(200))["review"]![0]!;

        var corrected = await Decide(live.Client, id, reading, "correct", "145").ShouldBe(200);
        var asserted = corrected["detections"]!.AsArray().ShouldHaveSingleItem()!.AsObject();
        (asserted["bib"]!.ToString(), asserted["confidence"]!.GetValue<double>(), asserted["name"]!.ToString(), asserted["read"]!["bib"]!.ToString()).ShouldBe(("145", 1, "Ana", "2078"));
        corrected["review"]!.AsArray().ShouldBeEmpty();
        (await Found(live.Client, "145")).ShouldBe([id]);
        (await live.Client.GetAsync("/photos?review=true").ShouldBe(200))["photos"]!.AsArray().ShouldBeEmpty();
        await Decide(live.Client, id, reading, "accept").ShouldBeProblem(409, ErrorCodes.WrongState);

        (await Decide(live.Client, id, reading, "undo").ShouldBe(200))["review"]![0]!["reason"]!.ToString().ShouldBe("it is not on the roster");
        (await Found(live.Client, "145")).ShouldBeEmpty();
        (await Decide(live.Client, id, reading, "reject").ShouldBe(200))["rejected"]![0]!["bib"]!.ToString().ShouldBe("2078");
        (await live.Client.GetAsync("/photos?review=true").ShouldBe(200))["photos"]!.AsArray().ShouldBeEmpty();
        await Decide(live.Client, id, reading, "undo").ShouldBe(200);
        (await Decide(live.Client, id, reading, "accept").ShouldBe(200))["detections"]![0]!["bib"]!.ToString().ShouldBe("2078");
        (await Found(live.Client, "2078")).ShouldBe([id]);
        (await live.Get("/api/v1/audit?action=photo.review")).ToJsonString().ShouldContain(id);
    }

    [Fact]
    public async Task A_decision_that_says_too_little_or_comes_from_a_reader_is_refused()
    {
        await using var live = await Start();
        var id = await Upload(live, BibPhotos.Of("145"));
        await Ended(live, id);
        foreach (var body in (string[])
            [
                "{}", """{"bib": "1", "box": {"x": 1, "y": 1, "width": 1, "height": 1}}""", """{"bib": "1", "box": [], "decision": "accept"}""",
                """{"bib": "1", "box": {}, "decision": "correct"}""", """{"bib": "1", "box": {}, "decision": "correct", "number": "x"}""",
                """{"bib": "1", "box": {}, "decision": "accept", "number": "2"}""", """{"bib": "1", "box": {}, "decision": "perhaps"}""", """{"bib": "1", "box": {}, "decision": "accept", "by": "me"}""",
            ])
            await live.Client.PostAsync($"/photos/{id}/review", JsonBody(body)).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        var reading = (await live.Client.GetAsync($"/photos/{id}").ShouldBe(200))["detections"]![0]!;
        await Decide(live.Client, id, reading, "undo").ShouldBeProblem(409, ErrorCodes.WrongState);
        await Decide(live.Client, Guid.NewGuid().ToString(), reading, "accept").ShouldBeProblem(404, ErrorCodes.NotFound);
        var (_, reads) = await live.NewKey(Scopes.Read);
        using var reader = live.With(reads);
        await Decide(reader, id, reading, "accept").ShouldBeProblem(403, ErrorCodes.Forbidden);
    }

    [Fact]
    public async Task A_public_gallery_shows_visitors_what_is_asserted_and_lets_them_do_nothing_else()
    {
        await using var live = await Start(options => options with { RacePhotos = new RacePhotosOptions { Public = true } });
        await live.Client.PutAsync("/photos/roster", Csv("145,Ana")).ShouldBe(200);
        var id = await Upload(live, BibPhotos.Of("145"));
        await Ended(live, id);
        (await Found(live.Stranger, "145")).ShouldBe([id]);
        var photo = await live.Stranger.GetAsync($"/photos/{id}").ShouldBe(200);
        photo.ContainsKey("review").ShouldBeFalse();
        photo["detections"]![0]!.AsObject().ContainsKey("name").ShouldBeFalse();
        (await live.Stranger.GetAsync(photo["url"]!.ToString())).StatusCode.ShouldBe(HttpStatusCode.OK);
        await live.Stranger.GetAsync($"/photos/{id}/status").ShouldBe(200);

        await live.Stranger.PostAsync("/photos", new MultipartFormDataContent().File(Pictures.New(), field: "photo")).ShouldBeProblem(401, ErrorCodes.Unauthorized);
        await live.Stranger.GetAsync("/queue/stats").ShouldBeProblem(401, ErrorCodes.Unauthorized);
        await live.Stranger.GetAsync("/photos/roster").ShouldBeProblem(401, ErrorCodes.Unauthorized);
        await live.Stranger.GetAsync("/api/v1/jobs").ShouldBeProblem(401, ErrorCodes.Unauthorized);
        var (_, elsewhere) = await live.NewKey(Scopes.Read, tenant: "elsewhere");
        using var other = live.With(elsewhere);
        (await Found(other, "145")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_failure_is_told_on_the_photo()
    {
        await using var live = await Start();
        var whole = BibPhotos.Of("145");
        var id = await Upload(live, whole[..(whole.Length / 2)]);
        var status = await Ended(live, id);
        status.Select(field => field.Key).ShouldBe(["status", "error", "isProcessed", "processedAt", "code"]);
        (status["status"]!.ToString(), status["isProcessed"]!.GetValue<bool>(), status["processedAt"], status["code"]!.ToString()).ShouldBe(("failed", false, null, ErrorCodes.BrokenImage));
        status["error"]!.ToString().ShouldNotBeEmpty();
        (await Stats(live)).ShouldBe((0, 0, 0, 1, 0));
    }

    [Fact]
    public async Task While_a_retry_waits_the_photo_is_pending_and_tells_the_last_error()
    {
        var data = Directory.CreateTempSubdirectory("revela-server-").FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "pipelines.yaml"), """
            race-photos:
              queue: race-photos
              attempt_timeout: 1s
              backoff: { first: 1h }
              steps: [{ op: pause, seconds: 60 }]
            """);
        await using var live = await Start(data: data);
        var id = await Upload(live, Pictures.New());
        var status = await Eventually.Sees(() => Status(live, id), seen => seen["error"] is not null);
        (status["status"]!.ToString(), status["isProcessed"]!.GetValue<bool>(), status["code"]!.ToString()).ShouldBe(("pending", false, ErrorCodes.TimedOut));
        (await Stats(live)).ShouldBe((0, 0, 0, 0, 1));
    }

    [Fact]
    public async Task The_queue_has_the_limits_of_the_contract()
    {
        await using var live = await Start();
        var queue = await live.Get("/api/v1/queues/race-photos");
        (queue["concurrency"]!.GetValue<int>(), queue["keep_completed"]!.GetValue<int>(), queue["keep_failed"]!.GetValue<int>()).ShouldBe((3, 100, 500));
        var pipeline = live.Part<PipelineCatalog>().Get("race-photos");
        (pipeline.MaxAttempts, pipeline.Backoff.First, pipeline.Backoff.Factor).ShouldBe((3, TimeSpan.FromSeconds(2), 2));
    }

    [Fact]
    public async Task Bad_requests_are_refused()
    {
        await using var live = await Start();
        await live.Post("/photos", new MultipartFormDataContent().File(Pictures.New(), field: "image")).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await live.Post("/photos", new MultipartFormDataContent().File(Pictures.New(), field: "photo").File(Pictures.New(), field: "photo")).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await live.Post("/photos", new MultipartFormDataContent().File([1, 2, 3], field: "photo")).ShouldBeProblem(415, ErrorCodes.UnsupportedFormat);
        await live.Post("/photos/multiple", Form(("note", "x"))).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await live.Post("/photos/multiple", new MultipartFormDataContent().File(Pictures.New(), field: "photos").File([1], field: "photos")).ShouldBeProblem(415, ErrorCodes.UnsupportedFormat);
        await live.Client.GetAsync($"/photos/{Guid.NewGuid()}").ShouldBeProblem(404, ErrorCodes.NotFound);
        await live.Client.GetAsync("/photos/seven/status").ShouldBeProblem(404, ErrorCodes.NotFound);
        await live.Client.GetAsync("/photos?bib=12a").ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await live.Client.GetAsync("/photos?limit=0").ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        (await live.Client.PutAsync("/photos/roster", Csv("bib\nx1\n")).ShouldBeProblem(400, ErrorCodes.InvalidRequest)).ShouldContain("row 2: 'x1'");
        await live.Client.PutAsync("/photos/roster", new ByteArrayContent([0xC3, 0x28])).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await live.Stranger.GetAsync("/photos").ShouldBeProblem(401, ErrorCodes.Unauthorized);
        (await live.Get("/photos"))["photos"]!.AsArray().ShouldBeEmpty("what was refused left nothing");
    }

    [Fact]
    public async Task Switched_off_it_is_not_there()
    {
        await using var live = await Start(options => options with { RacePhotos = new RacePhotosOptions { Enabled = false } });
        await live.Client.GetAsync("/photos").ShouldBeProblem(404, ErrorCodes.NotFound);
        await live.Client.GetAsync("/queue/stats").ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    static Task<HttpResponseMessage> Decide(HttpClient client, string photo, JsonNode reading, string decision, string? number = null)
    {
        var body = new JsonObject { ["bib"] = reading["bib"]!.DeepClone(), ["box"] = reading["box"]!.DeepClone(), ["decision"] = decision };
        if (number is not null) body["number"] = number;
        return client.PostAsync($"/photos/{photo}/review", JsonBody(body.ToJsonString()));
    }

    static StringContent Csv(string text) => new(text, Encoding.UTF8, "text/csv");

    static async Task<string> Upload(LiveServer live, byte[] photo) =>
        (await live.Post("/photos", new MultipartFormDataContent().File(photo, field: "photo")).ShouldBe(202))["id"]!.ToString();

    static async Task<string[]> Found(HttpClient client, string bib) =>
        [.. (await client.GetAsync($"/photos?bib={bib}").ShouldBe(200))["photos"]!.AsArray().Select(photo => photo!["id"]!.ToString())];

    static Task<JsonObject> Ended(LiveServer live, string photo) => Eventually.Sees(() => Status(live, photo), status => status["status"]!.ToString() is "completed" or "failed");

    static Task<JsonObject> Status(LiveServer live, string photo) => live.Client.GetAsync($"/photos/{photo}/status").ShouldBe(200);

    static async Task<(long, long, long, long, long)> Stats(LiveServer live)
    {
        var stats = await live.Get("/queue/stats");
        stats.Select(field => field.Key).ShouldBe(["waiting", "active", "completed", "failed", "delayed"]);
        long Count(string name) => stats[name]!.GetValue<long>();
        return (Count("waiting"), Count("active"), Count("completed"), Count("failed"), Count("delayed"));
    }
}
