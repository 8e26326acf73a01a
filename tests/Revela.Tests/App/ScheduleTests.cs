using System.Text.Json.Nodes;
using Revela.App.Schedules;
using Revela.Core.Accounts;
using Revela.Core.Jobs;
using Revela.Core.Schedules;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App;

/// <summary>Submissions that are made by the clock.</summary>
[Collection(nameof(SharedServer))]
public sealed class ScheduleTests(SharedServer shared)
{
    const string Route = "/api/v1/schedules";
    readonly LiveServer live = shared.Live;

    [Fact]
    public async Task What_is_due_is_submitted_as_a_batch_and_the_next_time_follows()
    {
        var asset = await live.Post("/api/v1/assets", new MultipartFormDataContent().File(Pictures.New())).ShouldBe(201);
        var made = await Add($$"""{"asset_id": "{{asset["id"]}}", "pipeline": "grayscale"}""").ShouldBe(201);
        made["next_at"].ShouldNotBeNull();
        var ran = await RunNow(made);
        ran["last"]!["error"].ShouldBeNull();
        var batch = await live.Get($"/api/v1/batches/{ran["last"]!["batch_id"]}");
        (batch["total"]!.GetValue<int>(), batch["name"]!.ToString()).ShouldBe((1, made["name"]!.ToString()));
        DateTimeOffset.Parse(ran["next_at"]!.ToString(), null).ShouldBeGreaterThan(DateTimeOffset.Parse(ran["last"]!["at"]!.ToString(), null));
        (await live.Client.DeleteAsync($"{Route}/{made["id"]}")).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A_collection_is_submitted_with_the_pictures_that_it_has_then()
    {
        var (_, key) = await live.NewKey(Scopes.Admin, $"tenant-{Guid.NewGuid():N}");
        using var client = live.With(key);
        var made = await client.PostAsync(Route, JsonBody(Body("""{"collection": "images", "pipeline": "grayscale"}"""))).ShouldBe(201);
        foreach (var _ in Enumerable.Range(0, 2))
            await client.PostAsync("/images/", Form(("title", "Gato")).File(Pictures.New(), field: "image")).ShouldBe(201);
        var ran = await RunNow(made, client);
        (await client.GetAsync($"/api/v1/batches/{ran["last"]!["batch_id"]}").ShouldBe(200))["total"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public async Task A_collection_is_submitted_as_its_items_were_given_whatever_was_made_of_them()
    {
        var (_, key) = await live.NewKey(Scopes.Admin, $"tenant-{Guid.NewGuid():N}");
        using var client = live.With(key);
        await client.PutAsync("/api/characters/hero-1", Form(("userId", "user_7"), ("name", "Ada")).File(Pictures.Disc(), field: "image")).ShouldBe(200);
        var shown = (await client.PostAsync("/api/characters/hero-1/process", null).ShouldBe(202))["job_id"]!.ToString();
        var job = await Eventually.Sees(() => client.GetAsync($"/api/v1/jobs/{shown}").ShouldBe(200), job => job["state"]!.ToString() == "completed");
        var made = await client.PostAsync(Route, JsonBody(Body("""{"collection": "characters", "pipeline": "grayscale"}"""))).ShouldBe(201);
        var ran = await RunNow(made, client);
        var jobs = (await client.GetAsync($"/api/v1/jobs?batch_id={ran["last"]!["batch_id"]}").ShouldBe(200))["jobs"]!.AsArray();
        jobs.ShouldHaveSingleItem()!["asset_id"]!.ToString().ShouldBe(job["asset_id"]!.ToString());
    }

    [Fact]
    public async Task What_cannot_be_submitted_is_told_and_tried_the_next_time()
    {
        var made = await Add($$"""{"asset_id": "{{Guid.NewGuid()}}", "pipeline": "grayscale"}""").ShouldBe(201);
        var ran = await RunNow(made);
        ran["last"]!["error"]!.ToString().ShouldContain("There is no such asset");
        ran["next_at"].ShouldNotBeNull();
        (await live.Client.PostAsync($"{Route}/{made["id"]}/pause", null)).EnsureSuccessStatusCode();
        (await Find(made, live.Client))["next_at"].ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"name": "x", "cron": "61 * * * *", "request": {"collection": "a", "pipeline": "web"}}""", 400, ErrorCodes.InvalidRequest)]
    [InlineData("""{"name": "x", "cron": "0 2 * * *", "time_zone": "Mars/Base", "request": {"collection": "a", "pipeline": "web"}}""", 400, ErrorCodes.InvalidRequest)]
    [InlineData("""{"name": "x", "cron": "0 2 * * *", "request": {"pipeline": "web"}}""", 400, ErrorCodes.InvalidRequest)]
    [InlineData("""{"name": "x", "cron": "0 2 * * *", "request": {"collection": "a", "pipeline": "no-such"}}""", 422, ErrorCodes.UnknownPipeline)]
    [InlineData("""{"cron": "0 2 * * *"}""", 400, ErrorCodes.InvalidRequest)]
    public async Task A_bad_schedule_is_refused(string body, int status, string code) => await live.Post(Route, JsonBody(body)).ShouldBeProblem(status, code);

    [Fact]
    public async Task A_name_is_taken_once()
    {
        var body = Body("""{"collection": "a", "pipeline": "web"}""");
        await live.Post(Route, JsonBody(body)).ShouldBe(201);
        await live.Post(Route, JsonBody(body)).ShouldBeProblem(409, ErrorCodes.WrongState);
    }

    [Theory]
    [InlineData("30 2 * * *", "2030-03-31T00:00:00Z", "2030-03-31T01:00:00Z")]
    [InlineData("30 2 * * *", "2030-10-27T00:00:00Z", "2030-10-27T00:30:00Z")]
    [InlineData("30 2 * * *", "2030-10-27T00:30:00Z", "2030-10-28T01:30:00Z")]
    public void Daylight_saving_neither_skips_nor_repeats_a_night(string cron, string after, string next)
    {
        var schedule = new Schedule
        {
            Id = Guid.NewGuid(),
            Tenant = "default",
            Name = "x",
            Cron = cron,
            TimeZone = "Europe/Madrid",
            Request = [],
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        CronTime.Next(schedule, DateTimeOffset.Parse(after, null)).ShouldBe(DateTimeOffset.Parse(next, null));
    }

    static string Body(string request) => $$"""{"name": "{{Guid.NewGuid()}}", "cron": "0 2 1 1 *", "request": {{request}}}""";

    Task<HttpResponseMessage> Add(string request) => live.Post(Route, JsonBody(Body(request)));

    async Task<JsonNode> RunNow(JsonNode made, HttpClient? client = null)
    {
        client ??= live.Client;
        (await client.PostAsync($"{Route}/{made["id"]}/resume?now=true", null)).EnsureSuccessStatusCode();
        return await Eventually.Sees(() => Find(made, client), found => found["last"] is not null);
    }

    static async Task<JsonNode> Find(JsonNode made, HttpClient client) =>
        (await client.GetAsync(Route).ShouldBe(200))["schedules"]!.AsArray().Single(one => one!["id"]!.ToString() == made["id"]!.ToString())!;
}
