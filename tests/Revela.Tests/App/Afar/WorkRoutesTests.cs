using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Afar;

/// <summary>The protocol of far workers, word by word, as any client would speak it.</summary>
public sealed class WorkRoutesTests(FarServerBed bed) : IClassFixture<FarServerBed>
{
    const string TwoGroups = """[{"op": "grayscale", "as": "grey"}, {"op": "resize", "width": 8, "height": 6}]""";

    [Fact]
    public async Task A_job_is_done_from_afar_and_published_as_its_bytes_are()
    {
        using var far = await FarClient.Of(bed.Live);
        var picture = Pictures.New(40, 30);
        var id = await far.Submit(picture);

        var (root, job) = await far.ClaimOne();
        job["job_id"]!.ToString().ShouldBe(id);
        job["groups"]!.AsArray().ShouldHaveSingleItem()!["publishes"]!.GetValue<bool>().ShouldBeTrue();
        job["input"]!["width"]!.GetValue<int>().ShouldBe(40);
        (await far.Bytes(job["input"]!["url"]!.ToString())).ShouldBe(picture);
        var made = Pictures.New(20, 10);
        await far.Complete(root, (0, await far.Receipt(root, 0, made))).ShouldBeDone();

        var done = await far.Job(id);
        done["state"]!.ToString().ShouldBe("completed");
        var output = done["outputs"]!.AsArray().ShouldHaveSingleItem()!;
        (output["width"]!.GetValue<int>(), output["height"]!.GetValue<int>(), output["content_type"]!.ToString(), output["bytes"]!.GetValue<long>()).ShouldBe((20, 10, "image/png", made.Length));
        (await far.Result(id)).ShouldBe(made);
    }

    [Fact]
    public async Task A_far_worker_that_is_ordered_to_drain_is_given_nothing_and_ends_what_it_holds()
    {
        using var far = await FarClient.Of(bed.Live);
        await far.Submit(Pictures.New());
        var (root, _) = await far.ClaimOne();
        var worker = await OfKey(far);
        (await Order(worker, true).ShouldBe(200))["drains"]!.GetValue<bool>().ShouldBeTrue();
        await far.Submit(Pictures.New());
        await far.Complete(root, (0, await far.Receipt(root, 0, Pictures.New(20, 10)))).ShouldBeDone();
        (await far.Claim()).ShouldBeEmpty();
        await Order(worker, false).ShouldBe(200);
        (await far.Claim()).Count.ShouldBe(1);
        await Order("nobody", true).ShouldBeProblem(404, ErrorCodes.NotFound);
        await bed.Live.Client.PostAsync("/api/v1/workers/drain", LiveServer.JsonBody("{}")).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
    }

    Task<HttpResponseMessage> Order(string worker, bool drain) =>
        bed.Live.Client.PostAsync("/api/v1/workers/drain", LiveServer.JsonBody(new JsonObject { ["worker"] = worker, ["drain"] = drain }.ToJsonString()));

    // As the house knows the worker: each client has a key of its own.
    async Task<string> OfKey(FarClient far)
    {
        var keys = (await bed.Live.Part<Revela.Core.Accounts.IAccountStore>().ListKeys(default)).Where(key => key.Tenant == far.Tenant);
        var workers = (await bed.Live.Get("/api/v1/stats"))["workers"]!.AsArray().Select(one => one!["id"]!.ToString());
        return workers.Single(id => keys.Any(key => id.Contains($"{key.Id:N}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_only_looks_is_done_from_afar_with_data_and_no_picture()
    {
        using var far = await FarClient.Of(bed.Live);
        var id = await far.Submit(Pictures.New(40, 30), """[{"op": "inspect"}]""");
        var (root, job) = await far.ClaimOne();
        job["groups"]!.AsArray().ShouldHaveSingleItem()!["publishes"]!.GetValue<bool>().ShouldBeFalse();
        await far.Say($"{root}/complete", JsonNode.Parse("""{"pictures": [], "data": {"perceptual_hash": "0123456789abcdef"}}""")).ShouldBeDone();

        var done = await far.Job(id);
        (done["state"]!.ToString(), done["outputs"]!.AsArray().Count).ShouldBe(("completed", 0));
        (await far.Asset(done["asset_id"]!.ToString()))["perceptual_hash"]!.ToString().ShouldBe("0123456789abcdef");
    }

    [Fact]
    public async Task A_broken_load_goes_on_where_it_was()
    {
        using var far = await FarClient.Of(bed.Live);
        var picture = Pictures.New();
        await far.Submit(picture);
        var (_, job) = await far.ClaimOne();
        var request = new HttpRequestMessage(HttpMethod.Get, job["input"]!["url"]!.ToString());
        request.Headers.Range = new RangeHeaderValue(100, null);
        request.Headers.IfRange = new RangeConditionHeaderValue($"\"{job["input"]!["sha256"]}\"");
        using var answer = await far.Http.SendAsync(request);
        ((int)answer.StatusCode).ShouldBe(206);
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(picture[100..]);
    }

    [Fact]
    public async Task A_repeat_is_answered_like_the_first_and_publishes_nothing_again()
    {
        using var far = await FarClient.Of(bed.Live);
        var id = await far.Submit(Pictures.New());
        var (root, _) = await far.ClaimOne();
        var receipt = await far.Receipt(root, 0, Pictures.New());
        for (var i = 0; i < 3; i++) await far.Complete(root, (0, receipt)).ShouldBeDone();
        await far.Fail(root, "error", "operation-failed", retryable: true).ShouldBeDone();

        var done = await far.Job(id);
        done["state"]!.ToString().ShouldBe("completed", "the first word stands");
        done["outputs"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Under_a_lease_that_is_gone_nothing_is_taken_and_nothing_is_given()
    {
        using var far = await FarClient.Of(bed.Live);
        var id = await far.Submit(Pictures.New());
        var (late, job) = await far.ClaimOne();
        await bed.Live.Part<IJobStore>().ExpireLeases($"far:{await KeyOf(far)}:worker", default);
        await bed.Live.Part<IJobStore>().Rescue(20, default);
        var (now, _) = await far.ClaimOne();
        now.ShouldNotBe(late);

        await far.Read($"{late}/input").ShouldBeProblem(409, ErrorCodes.StaleLease);
        await far.Read($"{late}/checkpoints/0").ShouldBeProblem(409, ErrorCodes.StaleLease);
        await far.Send(late, 0, Pictures.New()).ShouldBeProblem(409, ErrorCodes.StaleLease);
        await far.Put($"{late}/checkpoints/0", new JsonObject { ["receipt"] = "x" }).ShouldBeProblem(409, ErrorCodes.StaleLease);
        await far.Complete(late).ShouldBeProblem(409, ErrorCodes.StaleLease);
        await far.Fail(late, "crash", "crashed", true).ShouldBeProblem(409, ErrorCodes.StaleLease);
        await far.Say($"{late}/give-back").ShouldBeProblem(409, ErrorCodes.StaleLease);
        (await Orders(far, job)).ShouldBe(["lease-lost"]);

        var running = await far.Job(id);
        (running["state"]!.ToString(), running["crashes"]!.GetValue<int>()).ShouldBe(("processing", 0));
        var counted = (await bed.Live.Client.GetStringAsync("/metrics")).Split('\n');
        foreach (var write in new[] { "renewal", "picture", "checkpoint", "ending" })
            counted.ShouldContain(line => line.StartsWith($"revela_stale_writes_total{{write=\"{write}\"}} ", StringComparison.Ordinal));
        await far.Complete(now, (0, await far.Receipt(now, 0, Pictures.New()))).ShouldBeDone();
    }

    [Fact]
    public async Task A_claim_whose_answer_was_lost_is_handed_out_again_and_one_that_was_heard_is_not()
    {
        using var far = await FarClient.Of(bed.Live);
        await far.Submit(Pictures.New());
        var (root, job) = await far.ClaimOne();
        (await far.ClaimOne()).Root.ShouldBe(root);
        (await far.Claim(1, null, job["lease"]!.GetValue<long>())).ShouldBeEmpty();
    }

    [Fact]
    public async Task Checkpoints_are_kept_read_again_and_published_without_being_sent_twice()
    {
        using var far = await FarClient.Of(bed.Live);
        var id = await far.Submit(Pictures.New(), TwoGroups);
        var (first, job) = await far.ClaimOne();
        job["groups"]!.AsArray().Select(group => group!["is_checkpoint"]!.GetValue<bool>()).ShouldBe([true, false]);
        job["groups"]![1]!["source"]!.GetValue<int>().ShouldBe(0);
        var grey = Pictures.New();
        var kept = new JsonObject { ["receipt"] = await far.Receipt(first, 0, grey), ["data"] = new JsonObject { ["found"] = 3 } };
        await far.Put($"{first}/checkpoints/0", kept).ShouldBeDone();
        await far.Put($"{first}/checkpoints/0", kept).ShouldBeDone();
        await far.Put($"{first}/checkpoints/1", kept).ShouldBeProblem(404, ErrorCodes.NotFound);
        await far.Say($"{first}/give-back").ShouldBeDone();

        var (second, again) = await far.ClaimOne();
        var checkpoint = again["checkpoints"]!.AsArray().ShouldHaveSingleItem()!;
        checkpoint["data"]!["found"]!.GetValue<int>().ShouldBe(3);
        (await far.Bytes(checkpoint["picture"]!["url"]!.ToString())).ShouldBe(grey);
        await far.Complete(second, (1, await far.Receipt(second, 1, Pictures.New(8, 6)))).ShouldBeDone();
        var done = await far.Job(id);
        done["outputs"]!.AsArray().Select(output => output!["name"]?.ToString()).ShouldBe(["grey", null]);
        done["attempt"]!.GetValue<int>().ShouldBe(1, "what was given back counts as no try");
    }

    [Fact]
    public async Task A_cancelled_job_is_ordered_to_stop_and_ends_when_it_is_given_back()
    {
        using var far = await FarClient.Of(bed.Live);
        var id = await far.Submit(Pictures.New());
        var (root, job) = await far.ClaimOne();
        (await Orders(far, job)).ShouldBeEmpty();
        (await far.Job(id))["progress"]!.GetValue<double>().ShouldBe(0.5);
        await far.Cancel(id);
        (await Orders(far, job)).ShouldBe(["cancel-requested"]);
        await far.Say($"{root}/give-back").ShouldBeDone();
        (await far.Job(id))["state"]!.ToString().ShouldBe("cancelled");
    }

    [Fact]
    public async Task What_becomes_of_a_failed_attempt_is_decided_by_the_server()
    {
        using var far = await FarClient.Of(bed.Live);
        var away = await far.Submit(Pictures.New());
        await far.Fail((await far.ClaimOne()).Root, "outage", "storage-unavailable", false).ShouldBeDone();
        var waits = await far.Job(away);
        (waits["state"]!.ToString(), waits["attempt"]!.GetValue<int>()).ShouldBe(("pending", 0));

        var broken = await far.Submit(Pictures.New());
        await far.Fail((await far.ClaimOne()).Root, "error", "broken-image", false).ShouldBeDone();
        (await far.Job(broken))["error"]!["code"]!.ToString().ShouldBe("broken-image");
    }

    [Fact]
    public async Task The_bell_answers_as_soon_as_there_may_be_work()
    {
        using var far = await FarClient.Of(bed.Live);
        var seen = (await far.Read("bell").ShouldBe(200))["seen"]!.ToString();
        var rung = Task.Run(async () =>
        {
            // Other tests ring too; what is waited for is a ring for this job.
            while (true)
            {
                var bell = await far.Read($"bell?seen={seen}&wait=60").ShouldBe(200);
                seen = bell["seen"]!.ToString();
                if (bell["work"]!.GetValue<bool>() && (await far.Claim()).Count > 0) return;
            }
        });
        await far.Submit(Pictures.New());
        await rung.WaitAsync(TimeSpan.FromSeconds(LiveServer.Patience), TimeProvider.System);
        (await far.Read("bell?seen=elsewhere&wait=60").ShouldBe(200))["work"]!.GetValue<bool>().ShouldBeTrue();
    }

    static async Task<IReadOnlyList<string>> Orders(FarClient far, JsonObject job)
    {
        var lease = new JsonObject { ["job_id"] = job["job_id"]!.ToString(), ["lease"] = job["lease"]!.GetValue<long>(), ["progress"] = 0.5, ["step"] = "grayscale" };
        var answer = await far.Say("renewals", new JsonObject { ["worker"] = far.Name, ["leases"] = new JsonArray(lease) }).ShouldBe(200);
        return [.. answer["orders"]!.AsArray().Select(order => order!["reason"]!.ToString())];
    }

    async Task<string> KeyOf(FarClient far) =>
        (await bed.Live.Part<Revela.Core.Accounts.IAccountStore>().ListKeys(default)).Single(key => key.Tenant == far.Tenant && key.Scopes == Revela.Core.Accounts.Scopes.Work).Id.ToString("N");
}
