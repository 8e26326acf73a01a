using Revela.Core;
using Revela.Core.Items;
using Revela.Core.Jobs;
using Revela.Core.Queues;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

// Retention: rows and bytes of finished jobs, while the ledger keeps counting them.
public abstract partial class JobStoreConformance
{
    static readonly PruneRequest Everything = new(FinishedBefore: DateTimeOffset.MaxValue);

    async Task<(Revela.Core.Assets.Asset Original, Job Job)> DevelopOne(Func<NewJob, NewJob>? change = null)
    {
        var original = await AddOriginal();
        var job = await Submit((change ?? (draft => draft))(Draft(original.Id)));
        var claimed = await ClaimOne();
        await Complete(claimed, Output(claimed));
        Time.Advance(TimeSpan.FromSeconds(1));
        return (original, await Get(job.JobId));
    }

    [SkippableFact]
    public async Task A_pruned_job_goes_with_its_pictures_and_its_original_and_dooms_their_objects()
    {
        var (original, job) = await DevelopOne();
        (await Store.Jobs.Prune(Everything, 10, None)).ShouldBe(1);

        (await Store.Jobs.Get(Tenant, job.Id, None)).ShouldBeNull();
        (await Store.Assets.Get(Tenant, original.Id, None)).ShouldBeNull();
        (await Store.Assets.Get(Tenant, job.Outputs.Single().AssetId, None)).ShouldBeNull();
        (await Store.Assets.Doomed(10, None)).Count.ShouldBe(2);
        var line = (await Store.Jobs.Ledger(None)).Single();
        (line.Accepted, line.Completed, line.AddsUp).ShouldBe((1, 1, true));
    }

    [SkippableFact]
    public async Task Unfinished_jobs_are_never_pruned()
    {
        await Submit();
        await ClaimOne();
        await Submit();
        (await Store.Jobs.Prune(Everything, 10, None)).ShouldBe(0);
    }

    [SkippableFact]
    public async Task An_original_that_another_job_reads_or_another_picture_comes_from_stays()
    {
        var (original, _) = await DevelopOne();
        await Submit(Draft(original.Id));
        await Store.Jobs.Prune(Everything, 10, None);
        (await Store.Assets.Get(Tenant, original.Id, None)).ShouldNotBeNull();
    }

    [SkippableFact]
    public async Task The_picture_of_an_item_outlives_its_job_until_the_item_lets_go()
    {
        var item = new Item { Id = Ids.New(Time), Tenant = Tenant, Collection = "c", ExternalId = "1", CreatedAt = Time.GetUtcNow(), UpdatedAt = Time.GetUtcNow() };
        await Store.Items.Save(item, None);
        var (original, job) = await DevelopOne(draft => draft with { ItemId = item.Id });
        await Store.Jobs.Prune(Everything, 10, None);
        var picture = job.Outputs.Single().AssetId;
        (await Store.Assets.Get(Tenant, picture, None)).ShouldNotBeNull();
        (await Store.Assets.Get(Tenant, original.Id, None)).ShouldNotBeNull();

        await Store.Items.Delete(Tenant, "c", "1", None);
        (await Store.Assets.Get(Tenant, picture, None)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task Each_queue_keeps_its_newest_completed_and_failed_jobs()
    {
        await Store.Queues.Save(new Queue { Name = Queue.Default, Concurrency = 100, KeepCompleted = 2, KeepFailed = 1 }, None);
        var completed = new List<Guid>();
        for (var i = 0; i < 4; i++) completed.Add((await DevelopOne()).Job.Id);
        var failed = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            failed.Add((await Submit()).JobId);
            await Settle(await ClaimOne(), new Ending.Failed(Oops));
            Time.Advance(TimeSpan.FromSeconds(1));
        }
        (await Store.Jobs.Prune(new PruneRequest(), 100, None)).ShouldBe(4);
        var left = (await Store.Jobs.List(new JobQuery { Tenant = Tenant }, None)).Items.Select(job => job.Id);
        left.ShouldBe([failed[2], completed[3], completed[2]]);
    }

    [SkippableFact]
    public async Task Each_queue_keeps_finished_jobs_for_its_time()
    {
        await Store.Queues.Save(new Queue { Name = Queue.Default, Concurrency = 100, KeepFor = TimeSpan.FromHours(1) }, None);
        await DevelopOne();
        Time.Advance(TimeSpan.FromMinutes(40));
        var (_, young) = await DevelopOne();
        Time.Advance(TimeSpan.FromMinutes(40));
        (await Store.Jobs.Prune(new PruneRequest(), 100, None)).ShouldBe(1);
        (await Store.Jobs.Get(Tenant, young.Id, None)).ShouldNotBeNull();
    }

    [SkippableFact]
    public async Task A_clean_by_hand_takes_only_the_queue_states_and_age_asked_for()
    {
        var (_, old) = await DevelopOne();
        var before = Time.GetUtcNow();
        var failed = await Submit();
        await Settle(await ClaimOne(), new Ending.Failed(Oops));
        Time.Advance(TimeSpan.FromSeconds(1));
        (await Store.Jobs.Prune(new PruneRequest("elsewhere", DateTimeOffset.MaxValue), 10, None)).ShouldBe(0);
        (await Store.Jobs.Prune(new PruneRequest(Queue.Default, before, [JobState.Failed]), 10, None)).ShouldBe(0);
        (await Store.Jobs.Prune(new PruneRequest(Queue.Default, DateTimeOffset.MaxValue, [JobState.Failed]), 10, None)).ShouldBe(1);
        (await Store.Jobs.Get(Tenant, failed.JobId, None)).ShouldBeNull();
        (await Store.Jobs.Prune(new PruneRequest(null, before), 10, None)).ShouldBe(1);
        (await Store.Jobs.Get(Tenant, old.Id, None)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task A_clean_by_hand_may_keep_to_one_tenant_and_the_ledger_says_how_many_went()
    {
        var ours = await Submit();
        var theirs = await Submit(Draft() with { Tenant = "other" });
        await Complete(await ClaimOne());
        await Settle(await ClaimOne(), new Ending.Failed(Oops));
        (await Store.Jobs.Prune(Everything with { Tenant = Tenant }, 10, None)).ShouldBe(1);
        (await Store.Jobs.Get(Tenant, ours.JobId, None)).ShouldBeNull();
        (await Store.Jobs.Get("other", theirs.JobId, None)).ShouldNotBeNull();
        var line = (await Store.Jobs.Ledger(None)).Single();
        (line.Completed, line.PrunedCompleted, line.Failed, line.PrunedFailed).ShouldBe((1, 1, 1, 0));
    }

    [SkippableFact]
    public async Task Jobs_that_are_named_go_if_they_have_ended_and_are_the_tenants()
    {
        var (original, done) = await DevelopOne();
        var failed = await Submit();
        await Settle(await ClaimOne(), new Ending.Failed(Oops));
        var (_, kept) = await DevelopOne();
        var theirs = await Submit(Draft() with { Tenant = "other" });
        await Complete(await ClaimOne());
        var running = await Submit();
        await ClaimOne();
        var waiting = await Submit();

        (await Store.Jobs.Delete(Tenant, [done.Id, failed.JobId, theirs.JobId, running.JobId, waiting.JobId, Ids.New(Time)], None)).ShouldBe(2);
        (await Store.Jobs.List(new JobQuery { Tenant = Tenant }, None)).Items.Select(job => job.Id).ShouldBe([waiting.JobId, running.JobId, kept.Id]);
        (await Store.Jobs.Get("other", theirs.JobId, None)).ShouldNotBeNull();
        (await Store.Assets.Get(Tenant, original.Id, None)).ShouldBeNull();
        (await Store.Assets.Get(Tenant, done.Outputs.Single().AssetId, None)).ShouldBeNull();
        (await Store.Jobs.Delete(Tenant, [done.Id], None)).ShouldBe(0);
        var line = (await Store.Jobs.Ledger(None)).Single();
        (line.AddsUp, line.PrunedCompleted, line.PrunedFailed).ShouldBe((true, 1, 1));
    }

    [SkippableFact]
    public async Task No_more_than_asked_for_go_at_once()
    {
        for (var i = 0; i < 5; i++) await DevelopOne();
        (await Store.Jobs.Prune(Everything, 3, None)).ShouldBe(3);
        (await Store.Jobs.Prune(Everything, 3, None)).ShouldBe(2);
    }

    [SkippableFact]
    public async Task Checkpoints_of_a_failed_job_go_when_it_is_pruned()
    {
        var job = await Submit();
        var claimed = await ClaimOne();
        await Store.Jobs.SaveCheckpoint(job.JobId, claimed.Lease, new Checkpoint(0, Image("kept"), [], null), None);
        await Settle(claimed, new Ending.Failed(Oops));
        await Store.Jobs.Prune(Everything, 10, None);
        (await Store.Assets.Doomed(10, None)).ShouldBe([Image("kept").ObjectKey]);
    }

    [SkippableFact]
    public async Task What_a_job_keeps_of_finished_steps_is_listed_for_its_tenant_until_it_completes()
    {
        var job = await Submit();
        var claimed = await ClaimOne();
        await Store.Jobs.SaveCheckpoint(job.JobId, claimed.Lease, new Checkpoint(1, Image("second"), [], null), None);
        await Store.Jobs.SaveCheckpoint(job.JobId, claimed.Lease, new Checkpoint(0, Image("first"), [], null), None);
        (await Store.Jobs.ListCheckpoints(Tenant, job.JobId, None)).Select(kept => (kept.StepIndex, kept.Image.ObjectKey)).ShouldBe([(0, Image("first").ObjectKey), (1, Image("second").ObjectKey)]);
        (await Store.Jobs.ListCheckpoints("other", job.JobId, None)).ShouldBeEmpty();
        await Complete(claimed, Output(claimed));
        (await Store.Jobs.ListCheckpoints(Tenant, job.JobId, None)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task A_result_is_not_reused_after_its_job_was_pruned()
    {
        await DevelopOne(draft => draft with { ContentKey = "same" });
        await Store.Jobs.Prune(Everything, 10, None);
        (await Submit(Same())).Kind.ShouldBe(SubmissionKind.Enqueued);
    }

    [SkippableFact]
    public async Task The_bytes_of_a_reused_result_stay_while_one_of_its_jobs_does()
    {
        var (_, first) = await DevelopOne(draft => draft with { ContentKey = "same" });
        var second = await Get((await Submit(Same())).JobId);
        await Store.Jobs.Prune(Everything, 1, None);
        (await Store.Jobs.Get(Tenant, first.Id, None)).ShouldBeNull();
        var key = (await Store.Assets.Get(Tenant, second.Outputs.Single().AssetId, None))!.ObjectKey;
        (await Store.Assets.Doomed(10, None)).ShouldNotContain(key);
    }
}
