using System.Text.Json.Nodes;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App.Afar;

/// <summary>What far workers are not believed, not shown and not allowed.</summary>
public sealed class WorkRefusalsTests(FarServerBed bed) : IClassFixture<FarServerBed>
{
    [Fact]
    public async Task What_is_sent_must_be_whole_and_a_picture_and_not_too_large()
    {
        using var far = await FarClient.Of(bed.Live);
        await far.Submit(Pictures.New());
        var (root, _) = await far.ClaimOne();
        var picture = Pictures.New();
        var other = $"sha-256=:{Convert.ToBase64String(new byte[32])}:";
        await far.Send(root, 0, picture, other).ShouldBeProblem(422, ErrorCodes.HashMismatch);
        foreach (var digest in new[] { "", "sha-256=:!!!:", "sha-512=:AAAA:", "sha-256=:AAAA:" }) await far.Send(root, 0, picture, digest).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await far.Send(root, 0, "<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray()).ShouldBeProblem(415, ErrorCodes.UnsupportedFormat);
        await far.Send(root, 0, picture[..20]).ShouldBeProblem(422, ErrorCodes.BrokenImage);
        await far.Send(root, 0, []).ShouldBeProblem(422, ErrorCodes.EmptyInput);
        await far.Send(root, 7, picture).ShouldBeProblem(404, ErrorCodes.NotFound);
        using var large = await far.Send(root, 0, new byte[FarServerBed.MaxOutputBytes + 1]);
        ((int)large.StatusCode).ShouldBe(413);
        Directory.EnumerateFiles(bed.Live.Part<IObjectStore>().Scratch, "*.output").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_receipt_is_good_for_its_job_lease_and_step_alone()
    {
        using var far = await FarClient.Of(bed.Live);
        var id = await far.Submit(Pictures.New());
        await far.Submit(Pictures.New());
        var jobs = await far.Claim(2);
        string Root(int i) => $"jobs/{jobs[i]!["job_id"]}/{jobs[i]!["lease"]}";
        var receipt = await far.Receipt(Root(0), 0, Pictures.New());

        await far.Complete(Root(1), (0, receipt)).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await far.Complete(Root(0)).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await far.Complete(Root(0), (0, receipt), (0, receipt)).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await far.Complete(Root(0), (1, receipt)).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        foreach (var forged in new[] { "", ".", "AAAA.AAAA", receipt[..^4] + "AAAA", "A" + receipt, receipt.Split('.')[0], new string('A', 9000) })
            await far.Complete(Root(0), (0, forged)).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        (await far.Job(id))["state"]!.ToString().ShouldBe("processing");
        await far.Complete(Root(0), (0, receipt)).ShouldBeDone();
    }

    [Fact]
    public async Task A_picture_sent_later_never_takes_the_place_of_one_that_was_published()
    {
        using var far = await FarClient.Of(bed.Live);
        var id = await far.Submit(Pictures.New());
        var (root, _) = await far.ClaimOne();
        var published = Pictures.New(10, 10);
        var receipt = await far.Receipt(root, 0, published);
        await far.Receipt(root, 0, Pictures.New(20, 20));
        await far.Complete(root, (0, receipt)).ShouldBeDone();
        (await far.Result(id)).ShouldBe(published);
        (await far.Job(id))["outputs"]![0]!["width"]!.GetValue<int>().ShouldBe(10);
    }

    [Fact]
    public async Task Another_tenants_worker_is_given_nothing_and_finds_nothing()
    {
        using var owner = await FarClient.Of(bed.Live);
        using var other = await FarClient.Of(bed.Live);
        await owner.Submit(Pictures.New());
        (await other.Claim(10)).ShouldBeEmpty();
        var (root, job) = await owner.ClaimOne();

        await other.Read($"{root}/input").ShouldBeProblem(404, ErrorCodes.NotFound);
        await other.Send(root, 0, Pictures.New()).ShouldBeProblem(404, ErrorCodes.NotFound);
        await other.Complete(root).ShouldBeProblem(404, ErrorCodes.NotFound);
        await other.Fail(root, "error", "broken-image", false).ShouldBeProblem(404, ErrorCodes.NotFound);
        await other.Say($"{root}/give-back").ShouldBeProblem(404, ErrorCodes.NotFound);
        (await other.Claim(10)).ShouldBeEmpty();
        (await owner.Claim(1, null, job["lease"]!.GetValue<long>())).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_worker_of_another_key_is_not_handed_what_a_namesake_holds()
    {
        using var one = await FarClient.Of(bed.Live);
        using var namesake = await FarClient.Of(bed.Live, one.Tenant);
        await one.Submit(Pictures.New());
        await one.ClaimOne();
        (await namesake.Claim(10)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_that_may_only_work_reads_and_submits_nothing()
    {
        using var far = await FarClient.Of(bed.Live);
        var id = await far.Submit(Pictures.New());
        await far.ClaimOne();
        await far.Http.GetAsync($"/api/v1/jobs/{id}").ShouldBeProblem(403, ErrorCodes.Forbidden);
        await far.Http.GetAsync("/api/v1/assets").ShouldBeProblem(403, ErrorCodes.Forbidden);
        await far.Http.PostAsync("/api/v1/jobs", Form(("pipeline", "grayscale")).File(Pictures.New())).ShouldBeProblem(403, ErrorCodes.Forbidden);
    }

    [Fact]
    public async Task Jobs_with_a_step_that_is_not_on_offer_are_left_to_others()
    {
        using var far = await FarClient.Of(bed.Live);
        await far.Submit(Pictures.New(), """[{"op": "resize", "width": 8}, {"op": "blur", "sigma": 2}]""");
        (await far.Claim(1, ["resize"])).ShouldBeEmpty();
        (await far.Claim(1, ["resize", "blur"])).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_input_that_ended_the_decoder_twice_is_handed_out_no_more()
    {
        using var far = await FarClient.Of(bed.Live);
        var picture = Pictures.New();
        var id = await far.Submit(picture);
        await far.Fail((await far.ClaimOne()).Root, "crash", "crashed", true).ShouldBeDone();
        // The first crash is tried again after a pause.
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1), TimeProvider.System);
        while ((await far.Claim()).Count == 0) await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, patience.Token);
        await far.Fail((await far.ClaimOne()).Root, "crash", "crashed", true).ShouldBeDone();
        var failed = await far.Job(id);
        (failed["state"]!.ToString(), failed["crashes"]!.GetValue<int>()).ShouldBe(("failed", 2));

        await far.Submit(picture, """[{"op": "resize", "width": 8}]""");
        await far.Read($"{(await far.ClaimOne()).Root}/input").ShouldBeProblem(422, ErrorCodes.Quarantined);
    }

    [Fact]
    public async Task A_deleted_input_is_told_when_it_is_asked_for()
    {
        using var far = await FarClient.Of(bed.Live);
        var id = await far.Submit(Pictures.New());
        var asset = await bed.Live.Part<IAssetStore>().Get(far.Tenant, Guid.Parse((await far.Job(id))["asset_id"]!.ToString()), default);
        await bed.Live.Part<IObjectStore>().Delete(asset!.ObjectKey, default);
        await far.Read($"{(await far.ClaimOne()).Root}/input").ShouldBeProblem(422, ErrorCodes.InputGone);
    }

    [Theory]
    [InlineData("claims", """{"operations": ["resize"]}""")]
    [InlineData("claims", """{"worker": "w"}""")]
    [InlineData("claims", """{"worker": "", "operations": ["resize"]}""")]
    [InlineData("claims", """{"worker": "w", "operations": []}""")]
    [InlineData("claims", """{"worker": "w", "operations": [null]}""")]
    [InlineData("claims", """{"worker": "w", "operations": ["resize"], "max": 0}""")]
    [InlineData("claims", """{"worker": "w", "operations": ["resize"], "max": 1e99}""")]
    [InlineData("claims", """{"worker": "w", "operations": ["resize"], "lease_seconds": 3600}""")]
    [InlineData("claims", """{"worker": "w", "operations": ["resize"], "tenant": "other"}""")]
    [InlineData("claims", """{"worker": "w\u0000", "operations": ["resize"]}""")]
    [InlineData("claims", """[]""")]
    [InlineData("claims", """{""")]
    [InlineData("renewals", """{"worker": "w"}""")]
    [InlineData("renewals", """{"worker": "w", "leases": [{"job_id": "x", "lease": 1}]}""")]
    [InlineData("renewals", """{"worker": "w", "leases": [null]}""")]
    [InlineData("jobs/0199c0de-0000-7000-8000-000000000000/1/complete", """{}""")]
    [InlineData("jobs/0199c0de-0000-7000-8000-000000000000/1/complete", """{"pictures": null}""")]
    [InlineData("jobs/0199c0de-0000-7000-8000-000000000000/1/complete", """{"pictures": [null]}""")]
    [InlineData("jobs/0199c0de-0000-7000-8000-000000000000/1/fail", """{"error": {"code": "NOT A CODE", "message": "m"}}""")]
    [InlineData("jobs/0199c0de-0000-7000-8000-000000000000/1/fail", """{"error": {"code": "c", "message": ""}}""")]
    [InlineData("jobs/0199c0de-0000-7000-8000-000000000000/1/fail", """{"kind": "whim", "error": {"code": "c", "message": "m"}}""")]
    public async Task Senseless_words_are_refused(string path, string body)
    {
        using var far = await FarClient.Of(bed.Live);
        await far.Http.PostAsync($"/api/v1/work/{path}", JsonBody(body)).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task A_body_beyond_its_limit_is_refused()
    {
        using var far = await FarClient.Of(bed.Live);
        await far.Say("claims", new JsonObject { ["worker"] = new string('w', 300_000) }).ShouldBeProblem(413, ErrorCodes.TooLarge);
    }
}
