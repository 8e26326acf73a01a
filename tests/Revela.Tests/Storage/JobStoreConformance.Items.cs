using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Items;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

// What jobs write on their items.
public abstract partial class JobStoreConformance
{
    [SkippableFact]
    public async Task An_item_is_made_with_its_job_and_knows_how_it_ended_also_when_the_job_is_gone()
    {
        var (photo, job) = await SubmitWithItem("1");
        (await ItemOf("1")).JobId.ShouldBe(job.JobId);
        (await ItemOf("1")).Outcome.ShouldBeNull();

        await Complete(await ClaimOne(), Found("bib:145", "bib:7"));
        await Store.Jobs.Prune(Everything, 10, None);
        (await Store.Jobs.Get(Tenant, job.JobId, None)).ShouldBeNull();
        var kept = await ItemOf("1");
        (kept.Id, kept.OriginalId, kept.JobId, kept.Outcome).ShouldBe((photo.Id, photo.OriginalId, job.JobId, new ItemOutcome(JobState.Completed, null, Time.GetUtcNow())));
        kept.Data!["labels"]!.AsArray().Count.ShouldBe(2);
        (await Store.Assets.Get(Tenant, photo.OriginalId!.Value, None)).ShouldNotBeNull();
        (await Bearing("bib:145")).ShouldBe(["1"]);
    }

    [SkippableFact]
    public async Task A_refused_submission_makes_no_item()
    {
        await SubmitMany(2);
        var item = NewItem("1", await AddOriginal());
        await Should.ThrowAsync<RevelaException>(() => Store.Jobs.Submit(new NewSubmission { Jobs = [DraftFor(item)], MaxWaiting = 2 }, None));
        (await Store.Items.Get(Tenant, Photos, "1", None)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task Items_are_found_by_label_newest_first_page_by_page_and_only_in_their_collection_and_tenant()
    {
        for (var i = 0; i < 5; i++)
        {
            await SubmitWithItem($"{i}");
            await Complete(await ClaimOne(), Found(i % 2 == 0 ? ["bib:145", "bib:145"] : ["bib:14"]));
        }
        var first = await Store.Items.List(Tenant, Photos, "bib:145", null, 2, None);
        first.Items.Select(item => item.ExternalId).ShouldBe(["4", "2"]);
        (await Store.Items.List(Tenant, Photos, "bib:145", first.Next, 2, None)).Items.Select(item => item.ExternalId).ShouldBe(["0"]);
        (await Store.Items.List("other", Photos, "bib:145", null, 2, None)).Items.ShouldBeEmpty();
        (await Store.Items.List(Tenant, "others", "bib:145", null, 2, None)).Items.ShouldBeEmpty();
        (await Bearing("bib:1")).ShouldBeEmpty();

        await Store.Items.Delete(Tenant, Photos, "2", None);
        (await Bearing("bib:145")).ShouldBe(["4", "0"]);
    }

    [SkippableFact]
    public async Task What_is_no_label_is_passed_over_and_a_later_run_replaces_what_was_found()
    {
        var (item, _) = await SubmitWithItem("1");
        await Complete(await ClaimOne(), new JsonObject { ["labels"] = new JsonArray("good", "", 7, null, new string('x', 65), "a\nb", new JsonArray("deep")) });
        (await Bearing("good")).ShouldBe(["1"]);
        (await Bearing("")).ShouldBeEmpty();

        await Submit(Draft(item.OriginalId) with { ItemId = item.Id });
        (await ItemOf("1")).Outcome.ShouldBeNull("it is being worked on again");
        (await Bearing("good")).ShouldBe(["1"], "until there is something newer");
        await Complete(await ClaimOne(), Found("better"));
        (await Bearing("good")).ShouldBeEmpty();
        (await Bearing("better")).ShouldBe(["1"]);
    }

    [SkippableFact]
    public async Task A_failure_is_told_on_the_item_and_a_retry_takes_it_back()
    {
        var (_, job) = await SubmitWithItem("1");
        await Settle(await ClaimOne(), new Ending.RetryAt(Time.GetUtcNow(), Oops));
        (await ItemOf("1")).Outcome.ShouldBeNull("another attempt is waited for");
        await Settle(await ClaimOne(), new Ending.Failed(Oops));
        (await ItemOf("1")).Outcome.ShouldBe(new ItemOutcome(JobState.Failed, Oops, Time.GetUtcNow()));

        await Store.Jobs.Retry(Tenant, job.JobId, None);
        (await ItemOf("1")).Outcome.ShouldBeNull();
        await Store.Jobs.Cancel(Tenant, job.JobId, None);
        (await ItemOf("1")).Outcome!.State.ShouldBe(JobState.Cancelled);
    }

    [SkippableFact]
    public async Task A_job_that_is_lost_for_good_fails_its_item()
    {
        await SubmitWithItem("1");
        await ClaimOne();
        await Store.Jobs.ExpireLeases("worker", None);
        await Store.Jobs.Rescue(0, None);
        (await ItemOf("1")).Outcome!.Error!.Code.ShouldBe(ErrorCodes.Lost);
    }

    [SkippableFact]
    public async Task Only_the_job_that_was_submitted_last_speaks_for_its_item()
    {
        var (item, first) = await SubmitWithItem("1");
        var second = await Submit(Draft(item.OriginalId) with { ItemId = item.Id });
        var (one, two) = (await ClaimOne(), await ClaimOne());
        await Complete(one, Found("old"));
        (await ItemOf("1")).Outcome.ShouldBeNull();
        await Complete(two, Found("new"));
        (await ItemOf("1")).JobId.ShouldBe(second.JobId);
        (one.Job.Id, two.Job.Id).ShouldBe((first.JobId, second.JobId));
        (await Bearing("old")).ShouldBeEmpty();
        (await Bearing("new")).ShouldBe(["1"]);
    }

    [SkippableFact]
    public async Task What_was_made_of_an_original_that_the_item_has_no_more_is_not_shown()
    {
        await SubmitWithItem("1");
        var newer = await AddOriginal();
        await Store.Items.Change(Tenant, Photos, "1", new ItemChange(PictureId: newer.Id), None);
        var claimed = await ClaimOne();
        await Settle(claimed, new Ending.Completed([Output(claimed)], Found("old")));
        var item = await ItemOf("1");
        (item.AssetId, item.Data, item.Outcome!.State).ShouldBe((newer.Id, null, JobState.Completed));
    }

    [SkippableFact]
    public async Task Shared_results_are_written_on_every_item()
    {
        await SubmitWithItem("leads", "same");
        await SubmitWithItem("follows", "same");
        await Complete(await ClaimOne(), Found("bib:145"));
        var (_, reused) = await SubmitWithItem("reuses", "same");
        reused.Kind.ShouldBe(SubmissionKind.Reused);
        (await Bearing("bib:145")).ShouldBe(["reuses", "follows", "leads"]);
        foreach (var id in new[] { "leads", "follows", "reuses" }) (await ItemOf(id)).Outcome!.State.ShouldBe(JobState.Completed);
    }

    [SkippableFact]
    public async Task An_item_whose_original_is_erased_forgets_it_with_all_that_was_found_on_it()
    {
        var (item, job) = await SubmitWithItem("1");
        await Complete(await ClaimOne(), Found("bib:145"));
        await Store.Erasure.Erase(Tenant, [item.OriginalId!.Value], copies: false, None);
        var left = await ItemOf("1");
        (left.OriginalId, left.AssetId, left.JobId, left.Outcome, left.Data).ShouldBe((null, null, null, null, null));
        (await Bearing("bib:145")).ShouldBeEmpty();
        foreach (var id in new[] { item.OriginalId.Value, job.JobId })
            (await Store.Erasure.Traces(id, None)).ShouldAllBe(place => place == "doomed.object_key", "what the janitor has still to delete names the bytes");
    }

    [SkippableFact]
    public async Task While_an_item_has_a_job_that_has_not_ended_another_can_be_left_out()
    {
        var (item, first) = await SubmitWithItem("1");
        Task<Submitted> Again() => Submit(Draft(item.OriginalId) with { ItemId = item.Id, OnlyIfItemIsIdle = true });
        (await Again()).ShouldBe(new Submitted(first.JobId, first.Seq, SubmissionKind.AlreadyOpen));
        var claimed = await ClaimOne();
        (await Again()).Kind.ShouldBe(SubmissionKind.AlreadyOpen);
        await Complete(claimed);
        var both = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(Again)));
        both.Count(submitted => submitted.Kind == SubmissionKind.Enqueued).ShouldBe(1);
        both.Select(submitted => submitted.JobId).Distinct().Count().ShouldBe(1);
        (await Store.Jobs.Ledger(None)).Single().Accepted.ShouldBe(2);
    }

    const string Photos = "photos";

    Item NewItem(string id, Asset original) => new()
    {
        Id = Ids.New(Time),
        Tenant = Tenant,
        Collection = Photos,
        ExternalId = id,
        OriginalId = original.Id,
        AssetId = original.Id,
        CreatedAt = Time.GetUtcNow(),
        UpdatedAt = Time.GetUtcNow(),
    };

    NewJob DraftFor(Item item) => Draft(item.OriginalId) with { ItemId = item.Id, NewItem = item };

    async Task<(Item Item, Submitted Job)> SubmitWithItem(string id, string? work = null)
    {
        var item = NewItem(id, await AddOriginal());
        return (item, await Submit(DraftFor(item) with { ContentKey = work }));
    }

    Task<bool> Complete(ClaimedJob claimed, JsonObject data) => Settle(claimed, new Ending.Completed([], data));

    static JsonObject Found(params string[] labels) => new() { ["labels"] = new JsonArray([.. labels.Select(label => JsonValue.Create(label))]) };

    async Task<Item> ItemOf(string id) => (await Store.Items.Get(Tenant, Photos, id, None)).ShouldNotBeNull();

    async Task<string[]> Bearing(string label) => [.. (await Store.Items.List(Tenant, Photos, label, null, 100, None)).Items.Select(item => item.ExternalId)];
}
