using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Events;
using Revela.Core.Jobs;
using Revela.Core.Queues;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

/// <summary>What every job store must do, whatever keeps its rows (law 10). Submission is here; the other abilities have a file each.</summary>
public abstract partial class JobStoreConformance : StoreBed
{
    [SkippableFact]
    public async Task A_submitted_job_reads_as_it_was_sent()
    {
        var draft = Draft() with { Priority = -3, Tags = ["a", "b"], Metadata = new JsonObject { ["name"] = "Zoë" }, ItemId = Ids.New(Time) };
        var submitted = await Submit(draft);

        submitted.ShouldBe(new Submitted(draft.Id, 1, SubmissionKind.Enqueued));
        var job = await Get(draft.Id);
        job.State.ShouldBe(JobState.Pending);
        job.Priority.ShouldBe(-3);
        job.Tags.ShouldBe(["a", "b"]);
        job.Metadata!["name"]!.GetValue<string>().ShouldBe("Zoë");
        job.ItemId.ShouldBe(draft.ItemId);
        job.AssetId.ShouldBe(draft.AssetId);
        job.Pipeline.Name.ShouldBe("grey");
        job.Pipeline.Steps.Single().Op.ShouldBe("grayscale");
        job.CreatedAt.ShouldBe(Time.GetUtcNow());
        job.RunAt.ShouldBe(Time.GetUtcNow());
        job.StartedAt.ShouldBeNull();
        (await EventsOf(draft.Id)).ShouldBe([EventTypes.Accepted]);
    }

    [SkippableFact]
    public async Task A_job_is_not_found_by_another_tenant()
    {
        var job = await Submit();
        (await Store.Jobs.Get("other", job.JobId, None)).ShouldBeNull();
        (await Store.Jobs.Cancel("other", job.JobId, None)).ShouldBeNull();
        (await Store.Jobs.Retry("other", job.JobId, None)).ShouldBeNull();
        (await Store.Jobs.List(new JobQuery { Tenant = "other" }, None)).Items.ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Numbers_only_grow_also_after_the_newest_job_was_deleted()
    {
        await Submit();
        await Complete(await ClaimOne());
        await Store.Jobs.Prune(new PruneRequest(FinishedBefore: DateTimeOffset.MaxValue), 10, None);
        (await Submit()).Seq.ShouldBe(2);
    }

    [SkippableFact]
    public async Task A_submission_is_taken_as_a_whole_or_not_at_all()
    {
        var twice = Draft();
        await Should.ThrowAsync<Exception>(() => Store.Jobs.Submit(new NewSubmission { Jobs = [Draft(), twice, twice] }, None));
        (await Store.Jobs.List(new JobQuery { Tenant = Tenant }, None)).Items.ShouldBeEmpty();
        (await Store.Events.Read(0, 10, None)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task One_callers_error_rolls_back_only_itself()
    {
        var known = Draft();
        await Submit(known);
        var others = Enumerable.Range(0, 50).Select(_ => Submit()).ToList();
        var failing = Enumerable.Range(0, 50).Select(_ => Submit(Draft() with { Id = known.Id })).ToList();

        await Task.WhenAll(others);
        foreach (var failed in failing) await Should.ThrowAsync<Exception>(() => failed);
        (await Store.Jobs.Ledger(None)).Single().Accepted.ShouldBe(51);
    }

    [SkippableFact]
    public async Task Jobs_of_one_submission_are_answered_in_order_and_counted_in_their_batch()
    {
        var drafts = Enumerable.Range(0, 3).Select(_ => Draft()).ToArray();
        var batch = new NewBatch(Ids.New(Time), Tenant, "race day");
        var submitted = await Store.Jobs.Submit(new NewSubmission { Jobs = drafts, Batch = batch }, None);

        submitted.Select(s => s.JobId).ShouldBe(drafts.Select(d => d.Id));
        submitted.ShouldAllBe(s => s.BatchId == batch.Id);
        (await Store.Jobs.GetBatch(Tenant, batch.Id, None)).ShouldBe(new Batch(batch.Id, Tenant, "race day", Time.GetUtcNow(), 3, 0, 0, 0, 0));
        (await Store.Jobs.GetBatch("other", batch.Id, None)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task A_batch_counts_how_its_jobs_end_and_a_retry_takes_the_count_back()
    {
        var batch = new NewBatch(Ids.New(Time), Tenant, null);
        var jobs = await Store.Jobs.Submit(new NewSubmission { Jobs = [Draft(), Draft(), Draft()], Batch = batch }, None);
        await Complete(await ClaimOne());
        await Settle(await ClaimOne(), new Ending.Failed(Oops));
        await Store.Jobs.Cancel(Tenant, jobs[2].JobId, None);

        var ended = (await Store.Jobs.GetBatch(Tenant, batch.Id, None))!;
        (ended.Completed, ended.Failed, ended.Cancelled, ended.Open, ended.Progress).ShouldBe((1, 1, 1, 0, 1.0));
        await Store.Jobs.Retry(Tenant, jobs[1].JobId, None);
        (await Store.Jobs.GetBatch(Tenant, batch.Id, None))!.Open.ShouldBe(1);
    }

    [SkippableFact]
    public async Task Batches_are_listed_newest_first_page_by_page()
    {
        for (var i = 0; i < 3; i++)
            await Store.Jobs.Submit(new NewSubmission { Jobs = [Draft()], Batch = new NewBatch(Ids.New(Time), Tenant, $"{i}") }, None);

        var first = await Store.Jobs.ListBatches(Tenant, null, 2, None);
        first.Items.Select(b => b.Name).ShouldBe(["2", "1"]);
        var second = await Store.Jobs.ListBatches(Tenant, first.Next, 2, None);
        second.Items.Select(b => b.Name).ShouldBe(["0"]);
        second.Next.ShouldBeNull();
    }

    [SkippableFact]
    public async Task A_full_store_refuses_and_says_when_to_come_back()
    {
        await SubmitMany(3);
        var refused = await Should.ThrowAsync<RevelaException>(() => Store.Jobs.Submit(new NewSubmission { Jobs = [Draft()], MaxWaiting = 3 }, None));
        refused.Error.Code.ShouldBe(ErrorCodes.Busy);
        refused.Error.Retryable.ShouldBeTrue();
        refused.RetryAfter.ShouldNotBeNull();

        await ClaimOne();
        await Store.Jobs.Submit(new NewSubmission { Jobs = [Draft()], MaxWaiting = 3 }, None);
    }

    [SkippableFact]
    public async Task A_repeated_request_is_answered_with_its_first_jobs()
    {
        var key = new Idempotency(Tenant, "order-7", "hash");
        var batch = new NewBatch(Ids.New(Time), Tenant, null);
        var first = await Store.Jobs.Submit(new NewSubmission { Jobs = [Draft(), Draft()], Batch = batch, Idempotency = key }, None);
        var again = await Store.Jobs.Submit(
            new NewSubmission { Jobs = [Draft(), Draft()], Batch = new NewBatch(Ids.New(Time), Tenant, null), Idempotency = key }, None);

        again.ShouldBe(first.Select(s => s with { Kind = SubmissionKind.Replayed }));
        (await Store.Jobs.Ledger(None)).Single().Accepted.ShouldBe(2);
    }

    [SkippableFact]
    public async Task A_key_used_for_another_request_is_refused_but_tenants_do_not_share_keys()
    {
        await Store.Jobs.Submit(new NewSubmission { Jobs = [Draft()], Idempotency = new(Tenant, "k", "one") }, None);
        var refused = await Should.ThrowAsync<RevelaException>(
            () => Store.Jobs.Submit(new NewSubmission { Jobs = [Draft()], Idempotency = new(Tenant, "k", "two") }, None));
        refused.Error.Code.ShouldBe(ErrorCodes.IdempotencyMismatch);

        var other = await Store.Jobs.Submit(new NewSubmission { Jobs = [Draft() with { Tenant = "other" }], Idempotency = new("other", "k", "two") }, None);
        other.Single().Kind.ShouldBe(SubmissionKind.Enqueued);
    }

    [SkippableFact]
    public async Task The_same_key_sent_many_times_at_once_makes_one_job()
    {
        var tasks = Enumerable.Range(0, 20).Select(_ => Store.Jobs.Submit(
            new NewSubmission { Jobs = [Draft()], Idempotency = new(Tenant, "k", "same") }, None)).ToList();
        var ids = (await Task.WhenAll(tasks)).Select(s => s.Single().JobId).Distinct();
        ids.ShouldHaveSingleItem();
    }

    [SkippableFact]
    public async Task A_submission_rings_for_work_and_events()
    {
        var (work, events) = (Store.Signals.Version(Signal.Work), Store.Signals.Version(Signal.Events));
        await Submit();
        Store.Signals.Version(Signal.Work).ShouldBeGreaterThan(work);
        Store.Signals.Version(Signal.Events).ShouldBeGreaterThan(events);
    }

    [SkippableFact]
    public async Task A_cancelled_caller_leaves_nothing()
    {
        await Should.ThrowAsync<OperationCanceledException>(() => Store.Jobs.Submit(new NewSubmission { Jobs = [Draft()] }, new CancellationToken(true)));
        (await Store.Jobs.Ledger(None)).Single().Accepted.ShouldBe(0);
    }

    [SkippableFact]
    public async Task Everything_is_there_after_the_store_was_closed_and_opened()
    {
        var (waits, runs) = (await Submit(Draft() with { Priority = 1 }), await Submit(Draft() with { Priority = 2 }));
        var claimed = await ClaimOne();
        await using var again = await Open();

        (await again.Jobs.Get(Tenant, waits.JobId, None))!.State.ShouldBe(JobState.Pending);
        (await again.Jobs.Get(Tenant, runs.JobId, None))!.State.ShouldBe(JobState.Processing);
        (await again.Jobs.Settle(new Settlement(claimed.Job.Id, claimed.Lease, new Ending.Cancelled(), []), None)).ShouldBeTrue();
        (await StateOf(runs.JobId)).ShouldBe(JobState.Cancelled);
    }
}
