using System.Text.Json;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

// What far workers need: claims that look only at some jobs, what is held read again, and settlements told from late ones.
public abstract partial class JobStoreConformance
{
    static readonly Pipeline cutOut = new() { Name = "cut", Steps = [new Step("grayscale", []), new Step("remove-background", [], Engine: "onnx")] };

    static string Json(ClaimedJob? claimed) => JsonSerializer.Serialize(claimed, RevelaJson.Options);

    async Task<Guid[]> ClaimChosen(string? tenant = null, params string[] offers)
    {
        var request = Request() with { Tenant = tenant, Offers = offers.Length == 0 ? null : offers.ToHashSet() };
        return [.. (await Store.Jobs.Claim(request, None)).Jobs.Select(claimed => claimed.Job.Id)];
    }

    [SkippableFact]
    public async Task A_claim_for_a_tenant_takes_that_tenants_jobs_only()
    {
        await SubmitMany(3);
        var other = await Submit(Draft() with { Tenant = "other" });
        (await ClaimChosen("nobody")).ShouldBeEmpty();
        (await ClaimChosen("other")).ShouldBe([other.JobId]);
        (await ClaimChosen("other")).ShouldBeEmpty();
        (await ClaimChosen(Tenant)).Length.ShouldBe(3);
    }

    [SkippableFact]
    public async Task A_claim_takes_only_jobs_whose_every_step_is_on_offer()
    {
        var plain = await Submit();
        var cut = await Submit(Draft() with { Pipeline = cutOut });
        (await ClaimChosen(null, "resize")).ShouldBeEmpty();
        (await ClaimChosen(null, "grayscale", "remove-background", "remove-background:rembg")).ShouldBe([plain.JobId]);
        (await ClaimChosen(null, "remove-background:onnx")).ShouldBeEmpty();
        (await ClaimChosen(Tenant, "grayscale", "remove-background:onnx")).ShouldBe([cut.JobId]);
    }

    [SkippableFact]
    public async Task A_claim_keeps_the_order_and_the_limits_among_the_jobs_that_it_may_have()
    {
        await SubmitMany(2);
        var late = await Submit(Draft() with { Tenant = "other" });
        var first = await Submit(Draft() with { Tenant = "other", Priority = 5 });
        (await Store.Jobs.Claim(Request(1) with { Tenant = "other" }, None)).Jobs.Single().Job.Id.ShouldBe(first.JobId);
        (await Store.Jobs.Claim(Request(1) with { Tenant = "other", Queues = new HashSet<string> { "elsewhere" } }, None)).Jobs.ShouldBeEmpty();
        (await Store.Jobs.Claim(Request(5) with { Tenant = "other" }, None)).Jobs.Single().Job.Id.ShouldBe(late.JobId);
    }

    [SkippableFact]
    public async Task A_claim_looks_past_so_many_jobs_of_others_and_no_further()
    {
        await SubmitMany(ClaimRequest.LooksPast);
        var other = await Submit(Draft() with { Tenant = "other", Priority = -1 });
        (await ClaimChosen("other")).ShouldBeEmpty("it stands behind more than are looked past");
        await ClaimAll(1);
        (await ClaimChosen("other")).ShouldBe([other.JobId]);
    }

    [SkippableFact]
    public async Task What_falls_due_for_others_wakes_no_choosy_worker()
    {
        await Submit(Draft() with { RunAt = Time.GetUtcNow().AddMinutes(5) });
        (await Store.Jobs.Claim(Request(), None)).NextDue.ShouldBe(Time.GetUtcNow().AddMinutes(5));
        (await Store.Jobs.Claim(Request() with { Tenant = "other" }, None)).NextDue.ShouldBeNull();
        (await Store.Jobs.Claim(Request() with { Offers = new HashSet<string> { "resize" } }, None)).NextDue.ShouldBeNull();
        (await Store.Jobs.Claim(Request() with { Tenant = Tenant }, None)).NextDue.ShouldBe(Time.GetUtcNow().AddMinutes(5));
    }

    [SkippableFact]
    public async Task A_held_job_reads_as_it_was_claimed_with_the_checkpoints_kept_since()
    {
        var asset = await AddOriginal();
        await Submit(Draft(asset.Id) with { Metadata = new() { ["name"] = "Zoë" }, Megabytes = 7 });
        var claimed = await ClaimOne();
        Json(await Store.Jobs.FindHeld(claimed.Job.Id, claimed.Lease, None)).ShouldBe(Json(claimed));

        var checkpoint = new Checkpoint(0, Image("kept"), [], new() { ["found"] = 3 });
        await Store.Jobs.SaveCheckpoint(claimed.Job.Id, claimed.Lease, checkpoint, None);
        var held = await Store.Jobs.FindHeld(claimed.Job.Id, claimed.Lease, None);
        Json(held! with { Checkpoints = [] }).ShouldBe(Json(claimed with { Checkpoints = [] }));
        held!.Checkpoints.ShouldHaveSingleItem().Image.ShouldBe(checkpoint.Image);
    }

    [SkippableFact]
    public async Task A_lease_that_is_gone_or_anothers_holds_nothing()
    {
        await SubmitMany(2);
        var claim = await ClaimAll();
        var (one, two) = (claim.Jobs[0], claim.Jobs[1]);
        (await Store.Jobs.FindHeld(one.Job.Id, two.Lease, None)).ShouldBeNull();
        await Complete(one);
        (await Store.Jobs.FindHeld(one.Job.Id, one.Lease, None)).ShouldBeNull();
        Time.Advance(Lease);
        await Store.Jobs.Rescue(3, None);
        (await Store.Jobs.FindHeld(two.Job.Id, two.Lease, None)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task What_a_worker_holds_is_listed_by_lease()
    {
        await SubmitMany(3);
        var mine = await Store.Jobs.Claim(Request(2) with { Worker = "mine" }, None);
        await Store.Jobs.Claim(Request(1) with { Worker = "other" }, None);
        (await Store.Jobs.ListHeld("mine", None)).Select(Json).ShouldBe(mine.Jobs.Select(Json));
        (await Store.Jobs.ListHeld("nobody", None)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task A_settlement_that_is_to_be_remembered_is_known_for_a_day()
    {
        await SubmitMany(2);
        var claim = await ClaimAll();
        var (far, near) = (claim.Jobs[0], claim.Jobs[1]);
        var settlement = new Settlement(far.Job.Id, far.Lease, new Ending.Completed([], null), [], Remember: true);
        (await Store.Jobs.WasSettled(far.Job.Id, far.Lease, None)).ShouldBeFalse();
        (await Store.Jobs.Settle(settlement, None)).ShouldBeTrue();
        (await Store.Jobs.Settle(settlement, None)).ShouldBeFalse();
        await Complete(near);

        (await Store.Jobs.WasSettled(far.Job.Id, far.Lease, None)).ShouldBeTrue();
        (await Store.Jobs.WasSettled(near.Job.Id, far.Lease, None)).ShouldBeFalse();
        (await Store.Jobs.WasSettled(near.Job.Id, near.Lease, None)).ShouldBeFalse("nobody asked for it");
        Time.Advance(TimeSpan.FromHours(23));
        await Store.Jobs.Prune(new PruneRequest(), 10, None);
        (await Store.Jobs.WasSettled(far.Job.Id, far.Lease, None)).ShouldBeTrue();
        Time.Advance(TimeSpan.FromHours(2));
        await Store.Jobs.Prune(new PruneRequest(), 10, None);
        (await Store.Jobs.WasSettled(far.Job.Id, far.Lease, None)).ShouldBeFalse();
    }
}
