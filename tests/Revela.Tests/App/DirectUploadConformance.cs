using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Revela.App;
using Revela.Core.Accounts;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App;

/// <summary>Pictures that clients send straight to the storage: the same promises wherever that is.</summary>
public abstract class DirectUploadConformance : IAsyncLifetime
{
    const string Route = "/api/v1/assets/uploads";

    protected LiveServer Live { get; private set; } = null!;

    /// <summary>Makes the server keep its objects where this suite wants them.</summary>
    protected abstract RevelaOptions Kept(RevelaOptions options);

    public async Task InitializeAsync() => Live = await LiveServer.Start(Kept);

    public async Task DisposeAsync()
    {
        if (Live is not null) await Live.DisposeAsync();
    }

    [SkippableFact]
    public async Task A_picture_that_was_sent_becomes_an_asset_byte_for_byte()
    {
        var picture = Pictures.New(50, 40);
        var upload = await Announce(picture.Length);
        (await Send(upload, picture)).IsSuccessStatusCode.ShouldBeTrue();

        var asset = await Finish(upload, "holiday.jpg").ShouldBe(200);

        asset["id"]!.ToString().ShouldBe(upload["id"]!.ToString());
        (asset["content_type"]!.ToString(), asset["width"]!.GetValue<int>(), asset["file_name"]!.ToString()).ShouldBe(("image/png", 50, "holiday.jpg"));
        (await Live.Client.GetByteArrayAsync($"/api/v1/assets/{asset["id"]}/content")).ShouldBe(picture);
        upload["finish"]!.ToString().ShouldEndWith($"{Route}/{upload["id"]}/finish");
    }

    [SkippableFact]
    public async Task Finishing_again_and_at_once_makes_one_asset()
    {
        var picture = Pictures.New();
        var upload = await Announce(picture.Length);
        await Send(upload, picture);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Finish(upload).ShouldBe(200)));
        answers.Select(asset => asset["url"]!.ToString()).Distinct().ShouldHaveSingleItem();
        (await Finish(upload).ShouldBe(200))["sha256"]!.ToString().ShouldBe(answers[0]["sha256"]!.ToString());
        (await Live.Get($"/api/v1/assets?sha256={answers[0]["sha256"]}"))["assets"]!.AsArray().Count.ShouldBe(1);
    }

    [SkippableFact]
    public async Task A_job_takes_what_was_sent_by_its_id()
    {
        var picture = Pictures.New();
        var upload = await Announce(picture.Length);
        await Live.Post("/api/v1/jobs", Job(upload)).ShouldBeProblem(404, ErrorCodes.NotFound);
        await Send(upload, picture);
        var job = await Live.Post("/api/v1/jobs", Job(upload), wait: LiveServer.Patience).ShouldBe(200);
        (job["state"]!.ToString(), job["asset_id"]!.ToString()).ShouldBe(("completed", upload["id"]!.ToString()));
    }

    [SkippableFact]
    public async Task Only_what_was_announced_can_be_sent_and_only_there()
    {
        var (picture, other) = (Pictures.New(), Pictures.New());
        var (upload, second) = (await Announce(picture.Length), await Announce(picture.Length));

        ((int)(await Send(upload, [.. picture, 0])).StatusCode).ShouldBe(403);
        var swapped = upload["url"]!.ToString().Replace(upload["id"]!.ToString(), second["id"]!.ToString(), StringComparison.Ordinal);
        ((int)(await Send(upload, other, swapped)).StatusCode).ShouldBe(403);
        using (var read = await Live.Stranger.GetAsync(upload["url"]!.ToString())) read.IsSuccessStatusCode.ShouldBeFalse();

        await Finish(upload).ShouldBeProblem(404, ErrorCodes.NotFound);
        await Finish(second).ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    [SkippableTheory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>", ErrorCodes.UnsupportedFormat, 415)]
    [InlineData("just words", ErrorCodes.UnsupportedFormat, 415)]
    public async Task What_is_no_picture_is_refused_and_gone(string text, string code, int status)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        var upload = await Announce(bytes.Length);
        await Send(upload, bytes);
        await Live.Post("/api/v1/jobs", Job(upload)).ShouldBeProblem(status, code);
        await Finish(upload).ShouldBeProblem(404, ErrorCodes.NotFound);
        await Live.Client.GetAsync($"/api/v1/assets/{upload["id"]}").ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    [SkippableFact]
    public async Task What_another_tenant_sent_is_not_there()
    {
        var picture = Pictures.New();
        var (_, key) = await Live.NewKey(Scopes.Submit, "other");
        using var other = Live.With(key);
        var theirs = await other.PostAsync(Route, JsonBody($$"""{"bytes": {{picture.Length}}}""")).ShouldBe(201);
        await Send(theirs, picture);
        await Finish(theirs).ShouldBeProblem(404, ErrorCodes.NotFound);
        await Live.Post("/api/v1/jobs", Job(theirs)).ShouldBeProblem(404, ErrorCodes.NotFound);
        await other.PostAsync($"{Route}/{theirs["id"]}/finish", null).ShouldBe(200);
    }

    [SkippableFact]
    public async Task What_nobody_finishes_is_swept_and_what_was_finished_is_not()
    {
        var picture = Pictures.New();
        var (left, kept) = (await Announce(picture.Length), await Announce(picture.Length));
        await Send(left, picture);
        await Send(kept, picture);
        var asset = await Finish(kept).ShouldBe(200);

        var janitor = Live.Part<Janitor>();
        (await janitor.Sweep(TimeSpan.FromHours(1), default)).ShouldBe(0);
        (await janitor.Sweep(TimeSpan.FromHours(-1), default)).ShouldBe(1);

        await Finish(left).ShouldBeProblem(404, ErrorCodes.NotFound);
        (await Live.Client.GetByteArrayAsync($"/api/v1/assets/{asset["id"]}/content")).ShouldBe(picture);
    }

    [SkippableTheory]
    [InlineData("""{"bytes": 0}""", 422, ErrorCodes.EmptyInput)]
    [InlineData("""{"bytes": 52428801}""", 413, ErrorCodes.TooLarge)]
    [InlineData("""{"bytes": 1.5}""", 400, ErrorCodes.InvalidRequest)]
    [InlineData("""{"bytes": -1}""", 400, ErrorCodes.InvalidRequest)]
    [InlineData("""{"bytes": 1e300}""", 400, ErrorCodes.InvalidRequest)]
    [InlineData("""{"bytes": "many", "more": 1}""", 400, ErrorCodes.InvalidRequest)]
    [InlineData("{}", 400, ErrorCodes.InvalidRequest)]
    public async Task A_bad_announcement_is_refused(string body, int status, string code) => await Live.Post(Route, JsonBody(body)).ShouldBeProblem(status, code);

    protected Task<JsonObject> Announce(int bytes) => Live.Post(Route, JsonBody($$"""{"bytes": {{bytes}}}""")).ShouldBe(201);

    /// <summary>As a client without a key would, with the headers that it was told.</summary>
    protected async Task<HttpResponseMessage> Send(JsonObject upload, byte[] bytes, string? url = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(upload["method"]!.ToString()), url ?? upload["url"]!.ToString()) { Content = new ByteArrayContent(bytes) };
        foreach (var (name, value) in upload["headers"]!.AsObject())
            if (name == "Content-Type") request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(value!.ToString());
            else request.Headers.Add(name, value!.ToString());
        return await Live.Stranger.SendAsync(request);
    }

    protected Task<HttpResponseMessage> Finish(JsonObject upload, string? name = null) =>
        Live.Post($"{Route}/{upload["id"]}/finish", name is null ? null : JsonBody($$"""{"file_name": "{{name}}"}"""));

    static StringContent Job(JsonObject upload) => JsonBody($$"""{"asset_id": "{{upload["id"]}}", "pipeline": "grayscale"}""");
}
