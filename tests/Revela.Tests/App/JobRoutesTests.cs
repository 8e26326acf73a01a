using System.Net;
using System.Net.Http.Headers;
using Revela.Core.Accounts;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App;

/// <summary>Reading, listing, cancelling and retrying jobs, and loading their results.</summary>
[Collection(nameof(SharedServer))]
public sealed class JobRoutesTests(SharedServer shared)
{
    const string Route = "/api/v1/jobs";
    const string Later = "2999-01-01T00:00:00Z";
    readonly LiveServer live = shared.Live;

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "/cancel")]
    [InlineData("POST", "/retry")]
    [InlineData("DELETE", "")]
    [InlineData("GET", "/result")]
    [InlineData("GET", "/checkpoints/0")]
    [InlineData("GET", "/events")]
    public async Task An_unknown_job_is_404(string method, string rest)
    {
        await Ask(method, $"{Route}/{Guid.NewGuid()}{rest}").ShouldBeProblem(404, ErrorCodes.NotFound);
        await Ask(method, $"{Route}/not-an-id{rest}").ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    [Fact]
    public async Task Jobs_are_found_by_what_is_known_of_them()
    {
        var tag = Guid.NewGuid().ToString("N");
        var batch = await live.Post(Route, Form(("pipeline", "grayscale"), ("tags", tag), ("run_at", Later)).File(Pictures.New(), $"{tag}.png").File(Pictures.New()).File(Pictures.New())).ShouldBe(202);
        var ids = batch["jobs"]!.AsArray().Select(job => job!["id"]!.ToString()).ToArray();
        var first = batch["jobs"]![0]!;

        (await Found($"tag={tag}")).ShouldBe(ids, ignoreOrder: true);
        (await Found($"tag={tag}&state=pending,processing&delayed=true&pipeline=grayscale&queue=default")).ShouldBe(ids, ignoreOrder: true);
        (await Found($"tag={tag}&state=completed")).ShouldBeEmpty();
        (await Found($"tag={tag}&parked=true")).ShouldBeEmpty();
        (await Found($"batch_id={batch["batch_id"]}")).ShouldBe(ids, ignoreOrder: true);
        (await Found($"asset_id={first["asset_id"]}")).ShouldBe([first["id"]!.ToString()]);
        (await Found($"search={tag}.png")).ShouldBe([first["id"]!.ToString()]);
        (await Found($"search={first["id"]}")).ShouldBe([first["id"]!.ToString()]);
    }

    [Fact]
    public async Task A_listing_goes_on_from_page_to_page_newest_first()
    {
        var tag = Guid.NewGuid().ToString("N");
        for (var i = 0; i < 5; i++) await live.Post(Route, Form(("pipeline", "grayscale"), ("tags", tag), ("run_at", Later)).File(Pictures.New())).ShouldBe(202);
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await live.Get($"{Route}?tag={tag}&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            page.ContainsKey("next").ShouldBeTrue();
            seen.AddRange(page["jobs"]!.AsArray().Select(job => job!["created_at"]!.ToString()));
            cursor = page["next"]?.ToString();
        }
        while (cursor is not null);
        seen.Count.ShouldBe(5);
        seen.ShouldBe(seen.OrderDescending());
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=501")]
    [InlineData("limit=many")]
    [InlineData("state=done")]
    [InlineData("batch_id=7")]
    [InlineData("parked=perhaps")]
    [InlineData("cursor=%00nonsense")]
    public async Task A_bad_filter_is_refused(string query) => await live.Client.GetAsync($"{Route}?{query}").ShouldBeProblem(400, ErrorCodes.InvalidRequest);

    [Fact]
    public async Task A_waiting_job_is_cancelled_at_once_and_can_be_retried()
    {
        await using var idle = await LiveServer.Start(options => options with { Worker = options.Worker with { Enabled = false } });
        var job = await idle.Post(Route, Form(("pipeline", "grayscale")).File(Pictures.New())).ShouldBe(202);
        var cancelled = await idle.Post($"{Route}/{job["id"]}/cancel", null).ShouldBe(200);
        cancelled["state"]!.ToString().ShouldBe("cancelled");
        await idle.Client.GetAsync($"{Route}/{job["id"]}/result").ShouldBeProblem(409, ErrorCodes.WrongState);
        var retried = await idle.Post($"{Route}/{job["id"]}/retry", null).ShouldBe(202);
        retried["state"]!.ToString().ShouldBe("pending");
        await idle.Client.GetAsync($"{Route}/{job["id"]}/result").ShouldBeProblem(409, ErrorCodes.NotFinished);
    }

    [Fact]
    public async Task A_job_is_deleted_with_its_pictures_once_it_has_ended()
    {
        var waiting = await live.Post(Route, Form(("pipeline", "grayscale"), ("run_at", Later)).File(Pictures.New())).ShouldBe(202);
        await live.Client.DeleteAsync($"{Route}/{waiting["id"]}").ShouldBeProblem(409, ErrorCodes.WrongState);
        await live.Post($"{Route}/{waiting["id"]}/cancel", null).ShouldBe(200);

        var done = await live.Develop(Pictures.New(), "grayscale");
        foreach (var job in new[] { waiting, done }) await live.Client.DeleteAsync($"{Route}/{job["id"]}").ShouldBe(204);
        await live.Client.GetAsync($"{Route}/{done["id"]}").ShouldBeProblem(404, ErrorCodes.NotFound);
        foreach (var picture in new[] { done["asset_id"], done["outputs"]![0]!["asset_id"] })
            await live.Client.GetAsync($"/api/v1/assets/{picture}").ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    [Fact]
    public async Task What_finished_steps_of_a_failed_job_left_can_be_looked_at_until_it_goes()
    {
        var steps = """[{"op": "remove-background", "engine": "classic"}, {"op": "remove-background", "engine": "rembg"}]""";
        var id = (await live.Ended((await live.Post(Route, Form(("steps", steps)).File(Pictures.Disc())).ShouldBe(202))["id"]!.ToString()))["id"]!.ToString();
        (await live.Get($"{Route}/{id}"))["state"]!.ToString().ShouldBe("failed");
        using (var picture = await live.Client.GetAsync($"{Route}/{id}/checkpoints/0"))
        {
            picture.StatusCode.ShouldBe(HttpStatusCode.OK);
            picture.Content.Headers.ContentType!.MediaType!.ShouldStartWith("image/");
            picture.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        }
        await live.Client.GetAsync($"{Route}/{id}/checkpoints/1").ShouldBeProblem(404, ErrorCodes.NotFound);
        var (_, theirs) = await live.NewKey(Scopes.Read, "elsewhere");
        using (var stranger = live.With(theirs)) await stranger.GetAsync($"{Route}/{id}/checkpoints/0").ShouldBeProblem(404, ErrorCodes.NotFound);
        using (var browser = await Dashboard.Browser.SignedIn(live)) (await browser.Load($"/jobs/{id}")).ShouldContain($"{Route}/{id}/checkpoints/0");
        await live.Client.DeleteAsync($"{Route}/{id}").ShouldBe(204);
        await live.Client.GetAsync($"{Route}/{id}/checkpoints/0").ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    [Fact]
    public async Task A_running_job_stops_soon_after_it_is_cancelled()
    {
        var job = await live.Post(Route, Form(("steps", """[{"op": "pause", "seconds": 50}]""")).File(Pictures.New())).ShouldBe(202);
        await live.Sees(job["id"]!.ToString(), "job.started");
        await live.Post($"{Route}/{job["id"]}/cancel", null).ShouldBe(202);
        (await live.Ended(job["id"]!.ToString()))["state"]!.ToString().ShouldBe("cancelled");
    }

    [Fact]
    public async Task A_completed_job_can_be_neither_cancelled_nor_retried()
    {
        var job = await live.Develop(Pictures.New(), "grayscale");
        await live.Post($"{Route}/{job["id"]}/cancel", null).ShouldBeProblem(409, ErrorCodes.WrongState);
        await live.Post($"{Route}/{job["id"]}/retry", null).ShouldBeProblem(409, ErrorCodes.WrongState);
    }

    [Fact]
    public async Task A_result_comes_in_parts_and_not_again_when_it_is_known()
    {
        var job = await live.Develop(Pictures.New(200, 200), "grayscale");
        var path = $"{Route}/{job["id"]}/result";
        using var whole = await live.Client.GetAsync(path);
        var bytes = await whole.Content.ReadAsByteArrayAsync();
        bytes.Length.ShouldBe(job["outputs"]![0]!["bytes"]!.GetValue<int>());
        whole.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        whole.Headers.AcceptRanges.ShouldBe(["bytes"]);

        using var part = await live.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = new RangeHeaderValue(10, 19) } });
        part.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await part.Content.ReadAsByteArrayAsync()).ShouldBe(bytes[10..20]);

        using var beyond = await live.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = new RangeHeaderValue(bytes.Length + 5, null) } });
        beyond.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);

        using var known = await live.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { whole.Headers.ETag! } } });
        known.StatusCode.ShouldBe(HttpStatusCode.NotModified);

        using var head = await live.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        head.Content.Headers.ContentLength.ShouldBe(bytes.Length);
        (await head.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Named_outputs_are_loaded_by_their_names()
    {
        var steps = """[{"op": "resize", "width": 30, "as": "large"}, {"op": "resize", "width": 10, "from": "input"}]""";
        var job = await live.Post(Route, Form(("steps", steps)).File(Pictures.New(60, 60), "cat.png"), wait: LiveServer.Patience).ShouldBe(200);
        job["outputs"]!.AsArray().Select(output => (output!["name"]?.ToString(), output["width"]!.GetValue<int>())).ShouldBe([("large", 30), (null, 10)], ignoreOrder: true);
        using var large = await live.Client.GetAsync($"{Route}/{job["id"]}/result?output=large");
        large.Content.Headers.ContentDisposition!.FileName.ShouldBe("cat-large.png");
        using var last = await live.Client.GetAsync($"{Route}/{job["id"]}/result?download");
        last.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        last.Content.Headers.ContentLength.ShouldBe(job["outputs"]!.AsArray().Single(output => output!["name"] is null)!["bytes"]!.GetValue<int>());
        await live.Client.GetAsync($"{Route}/{job["id"]}/result?output=tiny").ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    [Fact]
    public async Task A_job_that_fails_says_why()
    {
        // The header is whole, the pixels are not there.
        var picture = Pictures.New(300, 300);
        var job = await live.Post(Route, Form(("steps", """[{"op": "resize", "width": 20}]""")).File(picture[..100]), wait: LiveServer.Patience).ShouldBe(200);
        job["state"]!.ToString().ShouldBe("failed");
        job["error"]!.AsObject().Select(field => field.Key).ShouldBe(["code", "message", "retryable"]);
        job["links"]!["retry"].ShouldNotBeNull();
    }

    async Task<string[]> Found(string query) => [.. (await live.Get($"{Route}?{query}"))["jobs"]!.AsArray().Select(job => job!["id"]!.ToString())];

    Task<HttpResponseMessage> Ask(string method, string path) => live.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
}
