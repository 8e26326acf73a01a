using System.Text.Json.Nodes;
using Revela.App.Webhooks;
using Revela.Core.Accounts;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App.Webhooks;

/// <summary>Webhooks and callbacks from a real server to a real receiver that fails, stalls, redirects, leaves and asks for pauses.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    const string Route = "/api/v1/webhooks";

    Receiver receiver = null!;
    LiveServer live = null!;

    public async Task InitializeAsync()
    {
        receiver = await Receiver.Start();
        live = await LiveServer.Start(options => options with { Webhooks = new WebhookOptions { PrivateHosts = ["127.0.0.1"], Timeout = TimeSpan.FromSeconds(10) } });
    }

    public async Task DisposeAsync()
    {
        await live.DisposeAsync();
        await receiver.DisposeAsync();
    }

    [Fact]
    public async Task Ends_of_jobs_arrive_signed_and_during_a_rotation_with_both_secrets()
    {
        var hook = await Add("""["job.completed"]""");
        var job = await live.Develop(Pictures.New(), "grayscale");
        var message = (await receiver.Has(1)).Single();
        message.Path.ShouldBe("/hook");
        message.IsSignedWith(Secret(hook)).ShouldBeTrue();
        var body = JsonNode.Parse(message.Body)!;
        (body["type"]!.ToString(), body["data"]!["job_id"]!.ToString()).ShouldBe(("job.completed", job["id"]!.ToString()));
        body["timestamp"].ShouldNotBeNull();

        var rotated = await live.Post($"{Route}/{hook["id"]}/rotate", null).ShouldBe(200);
        Secret(rotated).ShouldNotBe(Secret(hook));
        await live.Post($"{Route}/{hook["id"]}/test", null).ShouldBe(202);
        var second = (await receiver.Has(2))[1];
        second.IsSignedWith(Secret(hook)).ShouldBeTrue();
        second.IsSignedWith(Secret(rotated)).ShouldBeTrue();
        second.Id.ShouldNotBe(message.Id);
        (await live.Get(Route))["webhooks"]![0]!["secret"].ShouldBeNull();
    }

    [Fact]
    public async Task What_failed_or_stalled_or_was_redirected_comes_again_with_the_same_id_and_its_log_tells_why()
    {
        receiver.Answer("/fails", Receiver.Status(500));
        receiver.Answer("/stalls", http => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted));
        receiver.Answer("/redirects", http =>
        {
            http.Response.Redirect($"{receiver.Address}/elsewhere");
            return Task.CompletedTask;
        });
        foreach (var (path, reason) in new[] { ("/fails", "500 "), ("/stalls", " No answer came in time."), ("/redirects", "302 ") })
        {
            var hook = await Add(path: path);
            var sent = await live.Post($"{Route}/{hook["id"]}/test", null).ShouldBe(202);
            var detail = await Eventually.Sees(() => live.Get($"{Route}/deliveries/{sent["id"]}"), found => found["delivery"]!["state"]!.ToString() == "delivered");
            var log = detail["log"]!.AsArray();
            log.Count.ShouldBe(2);
            $"{log[0]!["status"]} {log[0]!["error"]}".ShouldBe(reason);
            log[1]!["request"]!["webhook-id"]!.ToString().ShouldBe(sent["message_id"]!.ToString());
            var arrived = receiver.Messages.Where(message => message.Path == path).ToArray();
            arrived.Select(message => message.Id).ShouldBe([sent["message_id"]!.ToString(), sent["message_id"]!.ToString()]);
            arrived.ShouldAllBe(message => message.IsSignedWith(Secret(hook)));
        }
        receiver.Messages.ShouldNotContain(message => message.Path == "/elsewhere");
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_disabled_and_its_maker_told()
    {
        receiver.Answer("/hook", Receiver.Status(410));
        var hook = await Add();
        await live.Post($"{Route}/{hook["id"]}/test", null).ShouldBe(202);
        var disabled = await Eventually.Sees(() => live.Get($"{Route}/{hook["id"]}"), found => !found["enabled"]!.GetValue<bool>());
        disabled["disabled_for"]!.ToString().ShouldBe("gone");
        var told = (await live.Get("/api/v1/notifications?lang=es"))["notifications"]!.AsArray().ShouldHaveSingleItem()!;
        told["title"]!.ToString().ShouldBe("Se desactivó un webhook");
        await live.Post($"{Route}/{hook["id"]}/test", null).ShouldBeProblem(409, ErrorCodes.WrongState);

        (await live.Client.PatchAsync($"{Route}/{hook["id"]}", JsonBody("""{"enabled": true}""")).ShouldBe(200))["disabled_at"].ShouldBeNull();
        var gone = (await live.Get($"{Route}/deliveries?state=failed"))["deliveries"]!.AsArray().ShouldHaveSingleItem()!;
        await live.Post($"{Route}/deliveries/{gone["id"]}/replay", null).ShouldBe(202);
        var again = (await receiver.Has(2))[1];
        again.Id.ShouldBe(gone["message_id"]!.ToString());
    }

    [Fact]
    public async Task Retry_After_is_honoured()
    {
        receiver.Answer("/hook", Receiver.Status(429, "3600"));
        var hook = await Add();
        await live.Post($"{Route}/{hook["id"]}/test", null).ShouldBe(202);
        var list = await Eventually.Sees(() => live.Get($"{Route}/deliveries"), found => found["deliveries"]![0]!["tries"]!.GetValue<int>() == 1);
        var waits = list["deliveries"]!.AsArray().Single()!;
        (DateTimeOffset.Parse(waits["next_at"]!.ToString(), null) - DateTimeOffset.Parse(waits["created_at"]!.ToString(), null)).TotalSeconds.ShouldBeGreaterThan(3599);
    }

    [Fact]
    public async Task A_job_tells_its_callback_once_when_it_has_ended()
    {
        var secret = (await live.Get($"{Route}/callback-secret"))["secret"]!.ToString();
        var form = Form(("pipeline", "grayscale"), ("callback_url", $"{receiver.Address}/done")).File(Pictures.New()).File(Pictures.New());
        var batch = await live.Post("/api/v1/jobs", form).ShouldBe(202);
        var messages = await receiver.Has(2);
        messages.ShouldAllBe(message => message.Path == "/done" && message.IsSignedWith(secret));
        messages.Select(message => JsonNode.Parse(message.Body)!["data"]!["job_id"]!.ToString()).ShouldBe(batch["jobs"]!.AsArray().Select(job => job!["id"]!.ToString()), ignoreOrder: true);
    }

    [Theory]
    [InlineData("http://10.0.0.1/hook")]
    [InlineData("http://[::1]/hook")]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("ftp://example.com/hook")]
    [InlineData("https://user:secret@example.com/hook")]
    [InlineData("nonsense")]
    public async Task Addresses_that_are_not_public_are_refused(string url)
    {
        await live.Post(Route, JsonBody($$"""{"url": "{{url}}"}""")).ShouldBeProblem(422, ErrorCodes.UrlNotAllowed);
        await live.Post("/api/v1/jobs", Form(("pipeline", "grayscale"), ("callback_url", url)).File(Pictures.New())).ShouldBeProblem(422, ErrorCodes.UrlNotAllowed);
    }

    [Fact]
    public async Task A_name_that_leads_to_this_machine_is_not_connected_to()
    {
        var hook = await live.Post(Route, JsonBody($$"""{"url": "http://localhost:{{new Uri(receiver.Address).Port}}/hook"}""")).ShouldBe(201);
        await live.Post($"{Route}/{hook["id"]}/test", null).ShouldBe(202);
        var list = await Eventually.Sees(() => live.Get($"{Route}/deliveries"), found => found["deliveries"]![0]!["tries"]!.GetValue<int>() > 0);
        var log = (await live.Get($"{Route}/deliveries/{list["deliveries"]![0]!["id"]}"))["log"]!.AsArray();
        log[0]!["error"]!.ToString().ShouldBe("The URL leads to an address that is not public.");
        receiver.Messages.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"url": "https://example.com/", "events": []}""")]
    [InlineData("""{"url": "https://example.com/", "events": ["job.eaten"]}""")]
    [InlineData("""{"url": "https://example.com/", "secret": "mine"}""")]
    public async Task A_bad_endpoint_is_refused(string body) => await live.Post(Route, JsonBody(body)).ShouldBeProblem(400, ErrorCodes.InvalidRequest);

    [Fact]
    public async Task Another_tenants_webhooks_are_not_there()
    {
        var hook = await Add();
        await live.Post($"{Route}/{hook["id"]}/test", null).ShouldBe(202);
        await receiver.Has(1);
        var delivery = (await live.Get($"{Route}/deliveries"))["deliveries"]![0]!;
        var (_, key) = await live.NewKey(Scopes.Admin, "other");
        using var other = live.With(key);
        (await other.GetAsync(Route).ShouldBe(200))["webhooks"]!.AsArray().ShouldBeEmpty();
        foreach (var path in new[] { $"{hook["id"]}", $"deliveries/{delivery["id"]}" }) await other.GetAsync($"{Route}/{path}").ShouldBeProblem(404, ErrorCodes.NotFound);
        foreach (var path in new[] { $"{hook["id"]}/rotate", $"{hook["id"]}/test", $"deliveries/{delivery["id"]}/replay" })
            await other.PostAsync($"{Route}/{path}", null).ShouldBeProblem(404, ErrorCodes.NotFound);
        await other.DeleteAsync($"{Route}/{hook["id"]}").ShouldBeProblem(404, ErrorCodes.NotFound);
        await live.Client.DeleteAsync($"{Route}/{hook["id"]}").ShouldBe(204);
        await live.Client.GetAsync($"{Route}/{hook["id"]}").ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    async Task<JsonObject> Add(string events = """["job.completed", "job.failed"]""", string path = "/hook") =>
        await live.Post(Route, JsonBody($$"""{"url": "{{receiver.Address}}{{path}}", "events": {{events}}}""")).ShouldBe(201);

    static string Secret(JsonObject hook) => hook["secret"]!.ToString();
}
