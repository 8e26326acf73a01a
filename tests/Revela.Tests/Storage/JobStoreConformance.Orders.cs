using Revela.Core.Events;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

// What a person orders: cancel and retry.
public abstract partial class JobStoreConformance
{
    [SkippableFact]
    public async Task A_waiting_job_is_cancelled_at_once()
    {
        var job = await Submit();
        (await Store.Jobs.Cancel(Tenant, job.JobId, None)).ShouldBe(JobState.Cancelled);
        (await ClaimAll()).Jobs.ShouldBeEmpty();
        var cancelled = await Get(job.JobId);
        (cancelled.State, cancelled.FinishedAt).ShouldBe((JobState.Cancelled, Time.GetUtcNow()));
        (await EventsOf(job.JobId)).ShouldBe([EventTypes.Accepted, EventTypes.Cancelled]);
    }

    [SkippableFact]
    public async Task A_finished_job_stays_as_it_ended()
    {
        var job = await Submit();
        await Complete(await ClaimOne());
        (await Store.Jobs.Cancel(Tenant, job.JobId, None)).ShouldBe(JobState.Completed);
        (await Store.Jobs.Retry(Tenant, job.JobId, None)).ShouldBe(JobState.Completed);
        (await StateOf(job.JobId)).ShouldBe(JobState.Completed);
    }

    [SkippableFact]
    public async Task Delayed_and_parked_jobs_can_be_cancelled_too()
    {
        var delayed = await Submit(Draft() with { RunAt = Time.GetUtcNow().AddDays(1) });
        var parked = await Submit(Draft() with { Parked = new Parked("budget", "No money.") });
        (await Store.Jobs.Cancel(Tenant, delayed.JobId, None)).ShouldBe(JobState.Cancelled);
        (await Store.Jobs.Cancel(Tenant, parked.JobId, None)).ShouldBe(JobState.Cancelled);
        var line = (await Store.Jobs.Ledger(None)).Single();
        (line.Cancelled, line.Delayed, line.Parked).ShouldBe((2, 0, 0));
    }

    [SkippableTheory]
    [InlineData("give-back")]
    [InlineData("retry")]
    [InlineData("outage")]
    [InlineData("park")]
    public async Task A_cancelled_running_job_never_comes_back_however_its_attempt_ends(string how)
    {
        var job = await Submit();
        var claimed = await ClaimOne();
        await Store.Jobs.Cancel(Tenant, job.JobId, None);
        await Settle(claimed, how switch
        {
            "give-back" => new Ending.GivenBack(),
            "retry" => new Ending.RetryAt(Time.GetUtcNow(), Oops),
            "outage" => new Ending.WaitUntil(Time.GetUtcNow(), Oops),
            _ => new Ending.Park(new Parked("budget", "No money.")),
        });
        (await StateOf(job.JobId)).ShouldBe(JobState.Cancelled);
    }

    [SkippableFact]
    public async Task A_cancelled_running_job_whose_worker_died_is_cancelled_by_the_rescue()
    {
        var job = await Submit();
        await ClaimOne();
        await Store.Jobs.Cancel(Tenant, job.JobId, None);
        Time.Advance(Lease);
        (await Store.Jobs.Rescue(3, None)).ShouldBe(1);
        (await StateOf(job.JobId)).ShouldBe(JobState.Cancelled);
    }

    [SkippableFact]
    public async Task A_job_that_was_done_before_its_cancel_arrived_is_completed()
    {
        var job = await Submit();
        var claimed = await ClaimOne();
        await Store.Jobs.Cancel(Tenant, job.JobId, None);
        await Complete(claimed);
        (await StateOf(job.JobId)).ShouldBe(JobState.Completed);
    }

    [SkippableFact]
    public async Task A_retried_job_begins_anew_under_a_higher_lease_with_its_checkpoints()
    {
        var job = await Submit();
        var first = await ClaimOne();
        await Store.Jobs.SaveCheckpoint(job.JobId, first.Lease, new Checkpoint(0, Image("kept"), [], null), None);
        await Settle(first, new Ending.RetryAt(Time.GetUtcNow(), Oops, Crash: true));
        var second = await ClaimOne();
        await Settle(second, new Ending.Failed(Oops, Crash: true));
        (await Store.Assets.Doomed(10, None)).ShouldBeEmpty();

        (await Store.Jobs.Retry(Tenant, job.JobId, None)).ShouldBe(JobState.Pending);
        var line = (await Store.Jobs.Ledger(None)).Single();
        (line.Accepted, line.Failed, line.Pending).ShouldBe((1, 0, 1));
        (await Get(job.JobId)).Error.ShouldBeNull();
        var again = await ClaimOne();
        (again.Job.Attempt, again.Job.Crashes, again.Job.Losses).ShouldBe((1, 0, 0));
        again.Lease.ShouldBeGreaterThan(second.Lease);
        again.Checkpoints.ShouldHaveSingleItem();
        (await Settle(second, new Ending.GivenBack())).ShouldBeFalse();
    }

    [SkippableFact]
    public async Task A_cancelled_job_can_be_retried_and_a_waiting_or_running_one_is_left_alone()
    {
        var job = await Submit();
        (await Store.Jobs.Retry(Tenant, job.JobId, None)).ShouldBe(JobState.Pending);
        await Store.Jobs.Cancel(Tenant, job.JobId, None);
        (await Store.Jobs.Retry(Tenant, job.JobId, None)).ShouldBe(JobState.Pending);
        await ClaimOne();
        (await Store.Jobs.Retry(Tenant, job.JobId, None)).ShouldBe(JobState.Processing);
        (await Store.Jobs.Ledger(None)).Single().Processing.ShouldBe(1);
    }

    [SkippableFact]
    public async Task Unknown_jobs_are_unknown()
    {
        (await Store.Jobs.Get(Tenant, Guid.NewGuid(), None)).ShouldBeNull();
        (await Store.Jobs.Cancel(Tenant, Guid.NewGuid(), None)).ShouldBeNull();
        (await Store.Jobs.Retry(Tenant, Guid.NewGuid(), None)).ShouldBeNull();
        (await Store.Jobs.GetBatch(Tenant, Guid.NewGuid(), None)).ShouldBeNull();
    }
}
