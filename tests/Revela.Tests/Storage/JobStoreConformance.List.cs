using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

// Listings: filters, search and cursors.
public abstract partial class JobStoreConformance
{
    async Task<Guid[]> Find(Func<JobQuery, JobQuery> with) => [.. (await Store.Jobs.List(with(new JobQuery { Tenant = Tenant }), None)).Items.Select(job => job.Id)];

    [SkippableFact]
    public async Task Pages_go_from_the_newest_to_the_oldest_without_gap_or_repeat()
    {
        var ids = (await SubmitMany(7)).Select(s => s.JobId).Reverse().ToArray();
        var (seen, cursor) = (new List<Guid>(), (string?)null);
        do
        {
            var page = await Store.Jobs.List(new JobQuery { Tenant = Tenant, Limit = 3, Cursor = cursor }, None);
            page.Items.Count.ShouldBeLessThanOrEqualTo(3);
            seen.AddRange(page.Items.Select(job => job.Id));
            cursor = page.Next;
            if (seen.Count == 3) await Submit();
        }
        while (cursor is not null);
        seen.ShouldBe(ids);
    }

    [SkippableFact]
    public async Task The_oldest_come_first_where_they_are_asked_for()
    {
        var ids = (await SubmitMany(5)).Select(s => s.JobId).ToArray();
        var page = await Store.Jobs.List(new JobQuery { Tenant = Tenant, States = [JobState.Pending], Limit = 2, OldestFirst = true }, None);
        page.Items.Select(job => job.Id).ShouldBe(ids[..2]);
        page.Next.ShouldBeNull();
    }

    [SkippableFact]
    public async Task Rows_can_be_passed_over_and_a_job_is_found_by_its_number_within_its_tenant()
    {
        var submitted = await SubmitMany(5);
        (await Find(q => q with { Offset = 1, Limit = 2 })).ShouldBe([submitted[3].JobId, submitted[2].JobId]);
        (await Find(q => q with { Offset = 5 })).ShouldBeEmpty();
        (await Store.Jobs.Find(Tenant, submitted[2].Seq, None))!.Id.ShouldBe(submitted[2].JobId);
        (await Store.Jobs.Find("other", submitted[2].Seq, None)).ShouldBeNull();
        (await Store.Jobs.Find(Tenant, 999, None)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task A_cursor_that_was_never_given_out_is_refused()
    {
        var refused = await Should.ThrowAsync<RevelaException>(() => Store.Jobs.List(new JobQuery { Tenant = Tenant, Cursor = "x'--" }, None));
        refused.Error.Code.ShouldBe(ErrorCodes.InvalidRequest);
    }

    [SkippableFact]
    public async Task Every_state_and_every_set_of_states_is_found()
    {
        var jobs = (await SubmitMany(5)).Select(s => s.JobId).ToArray();
        var claim = await ClaimAll(4);
        await Complete(claim.Jobs[0]);
        await Settle(claim.Jobs[1], new Ending.Failed(Oops));
        await Settle(claim.Jobs[2], new Ending.Cancelled());

        JobState[] states = [JobState.Completed, JobState.Failed, JobState.Cancelled, JobState.Processing, JobState.Pending];
        for (var set = 1; set < 32; set++)
        {
            var wanted = Enumerable.Range(0, 5).Where(i => (set >> i & 1) == 1).ToArray();
            var found = await Find(query => query with { States = [.. wanted.Select(i => states[i])] });
            found.ShouldBe(wanted.Reverse().Select(i => jobs[i]));
        }
    }

    [SkippableFact]
    public async Task Queue_pipeline_asset_batch_and_tag_each_narrow_the_list()
    {
        await SubmitMany(2);
        var batch = new NewBatch(Ids.New(Time), Tenant, null);
        var draft = Draft() with { Queue = "fast", Pipeline = Grayscale with { Name = "blur" }, Tags = ["spring", "50% off"] };
        await Store.Jobs.Submit(new NewSubmission { Jobs = [draft], Batch = batch }, None);

        (await Find(q => q with { Queue = "fast" })).ShouldBe([draft.Id]);
        (await Find(q => q with { Pipeline = "blur" })).ShouldBe([draft.Id]);
        (await Find(q => q with { AssetId = draft.AssetId })).ShouldBe([draft.Id]);
        (await Find(q => q with { BatchId = batch.Id })).ShouldBe([draft.Id]);
        (await Find(q => q with { Tag = "50% off" })).ShouldBe([draft.Id]);
        (await Find(q => q with { Tag = "50%" })).ShouldBeEmpty();
        (await Find(q => q with { Queue = "fast", Pipeline = "grey" })).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Parked_and_delayed_jobs_are_told_apart()
    {
        var open = (await Submit()).JobId;
        var parked = (await Submit(Draft() with { Parked = new Parked("budget", "No money.") })).JobId;
        var delayed = (await Submit(Draft() with { RunAt = Time.GetUtcNow().AddHours(1) })).JobId;
        (await Find(q => q with { Parked = true })).ShouldBe([parked]);
        (await Find(q => q with { Parked = false })).ShouldBe([delayed, open]);
        (await Find(q => q with { Delayed = true })).ShouldBe([delayed]);
        (await Find(q => q with { Delayed = false })).ShouldBe([parked, open]);
        (await Find(q => q with { Delayed = true, Parked = true })).ShouldBeEmpty();
        (await Find(q => q with { States = [JobState.Pending] })).ShouldBe([delayed, parked, open]);
    }

    [SkippableFact]
    public async Task Parked_jobs_are_found_and_counted_by_why_they_wait()
    {
        var first = (await Submit(Draft() with { Parked = new Parked(ParkCodes.Budget, "No money.") })).JobId;
        await Submit(Draft() with { Parked = new Parked(ParkCodes.Budget, "No money."), Tenant = "other" });
        var last = (await Submit(Draft() with { Parked = new Parked(ParkCodes.Budget, "No money.") })).JobId;
        var doubtful = (await Submit(Draft() with { Parked = new Parked(ParkCodes.PossiblyPaid, "No answer.") })).JobId;
        await Submit();
        (await Find(q => q with { ParkedFor = ParkCodes.Budget })).ShouldBe([last, first]);
        (await Find(q => q with { ParkedFor = ParkCodes.Budget, OldestFirst = true })).ShouldBe([first, last]);
        (await Find(q => q with { ParkedFor = ParkCodes.PossiblyPaid })).ShouldBe([doubtful]);
        (await Find(q => q with { ParkedFor = ParkCodes.Quota })).ShouldBeEmpty();

        var counts = await Store.Jobs.CountParked(Tenant, 100, None);
        counts.Keys.ShouldBe(ParkCodes.All, ignoreOrder: true);
        (counts[ParkCodes.Budget], counts[ParkCodes.PossiblyPaid], counts[ParkCodes.Quota]).ShouldBe((2, 1, 0));
        (await Store.Jobs.CountParked(Tenant, 1, None))[ParkCodes.Budget].ShouldBe(1);
        await Store.Jobs.Unpark(ParkCodes.Budget, null, None);
        (await Store.Jobs.CountParked(Tenant, 100, None))[ParkCodes.Budget].ShouldBe(0);
    }

    [SkippableFact]
    public async Task Search_finds_id_file_name_metadata_and_error_text()
    {
        await SubmitMany(2);
        var byName = (await Submit(Draft((await AddOriginal("Zürich_100%.jpg")).Id))).JobId;
        var byMetadata = (await Submit(Draft() with { Metadata = new JsonObject { ["sku"] = "shoe-42" } })).JobId;
        var byError = (await Submit(Draft() with { Priority = 1 })).JobId;
        await Settle(await ClaimOne(), new Ending.Failed(new JobError("broken-image", "The file ends too early.", false)));

        (await Find(q => q with { Search = byName.ToString() })).ShouldBe([byName]);
        (await Find(q => q with { Search = byName.ToString()[^12..] })).ShouldBe([byName]);
        (await Find(q => q with { Search = "rich_100%" })).ShouldBe([byName]);
        (await Find(q => q with { Search = "SHOE-42" })).ShouldBe([byMetadata]);
        (await Find(q => q with { Search = "ends too early" })).ShouldBe([byError]);
        (await Find(q => q with { Search = "broken-image" })).ShouldBe([byError]);
    }

    [SkippableTheory]
    [InlineData("%")]
    [InlineData("_")]
    [InlineData(@"\")]
    [InlineData("' OR 1=1 --")]
    public async Task What_a_person_types_is_text_and_nothing_else(string typed)
    {
        await SubmitMany(2);
        (await Find(q => q with { Search = typed })).ShouldBeEmpty();
        var meant = (await Submit(Draft((await AddOriginal($"a{typed}b.jpg")).Id))).JobId;
        (await Find(q => q with { Search = typed })).ShouldBe([meant]);
    }
}
