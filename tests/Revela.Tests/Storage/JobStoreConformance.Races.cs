using Revela.Core.Jobs;
using Revela.Core.Queues;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

// Two processes on the same data: whoever comes second changes nothing.
public abstract partial class JobStoreConformance
{
    const int Rounds = 25;

    [SkippableFact]
    public async Task Two_claimers_never_get_the_same_job_or_lease()
    {
        await using var second = await Open();
        await SubmitMany(200);
        var claims = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => (i % 2 == 0 ? Store : second).Jobs.Claim(Request(7), None))));
        var claimed = claims.SelectMany(claim => claim.Jobs).ToList();
        claimed.Count.ShouldBe(200);
        claimed.Select(c => c.Job.Id).ShouldBeUnique();
        claimed.Select(c => c.Lease).ShouldBeUnique();
    }

    [SkippableFact]
    public async Task The_global_limit_holds_between_two_processes()
    {
        await Store.Queues.Save(new Queue { Name = Queue.Default, Concurrency = 100, GlobalLimit = 5 }, None);
        await using var second = await Open();
        await SubmitMany(50);
        var claims = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => (i % 2 == 0 ? Store : second).Jobs.Claim(Request(2), None))));
        claims.Sum(claim => claim.Jobs.Count).ShouldBe(5);
    }

    [SkippableFact]
    public async Task Completion_and_rescue_at_once_leave_one_word()
    {
        await using var second = await Open();
        for (var round = 0; round < Rounds; round++)
        {
            var job = await Submit();
            var claimed = await ClaimOne();
            Time.Advance(Lease);
            var completing = Task.Run(() => Complete(claimed, Output(claimed)));
            var rescuing = Task.Run(() => second.Jobs.Rescue(100, None));
            var completed = await completing;
            var rescued = await rescuing;

            (completed ? 1 : 0).ShouldBe(1 - rescued);
            var now = await Get(job.JobId);
            now.State.ShouldBe(completed ? JobState.Completed : JobState.Pending);
            now.Outputs.Count.ShouldBe(completed ? 1 : 0);
            if (!completed) await Complete(await ClaimOne());
        }
    }

    [SkippableFact]
    public async Task Cancel_and_completion_at_once_end_the_job_once()
    {
        await using var second = await Open();
        for (var round = 0; round < Rounds; round++)
        {
            var job = await Submit();
            var claimed = await ClaimOne();
            var completing = Task.Run(() => Complete(claimed, Output(claimed)));
            var cancelling = Task.Run(() => second.Jobs.Cancel(Tenant, job.JobId, None));
            (await completing).ShouldBeTrue();
            (await cancelling).ShouldBeOneOf(JobState.Completed, JobState.Processing);
            (await StateOf(job.JobId)).ShouldBe(JobState.Completed);
        }
    }

    [SkippableFact]
    public async Task Cancel_and_claim_at_once_agree()
    {
        await using var second = await Open();
        for (var round = 0; round < Rounds; round++)
        {
            var job = await Submit();
            var claiming = Task.Run(() => ClaimAll(1));
            var cancelled = await second.Jobs.Cancel(Tenant, job.JobId, None);
            var claimed = (await claiming).Jobs;
            cancelled.ShouldBe(claimed.Count == 1 ? JobState.Processing : JobState.Cancelled);
            if (claimed.Count == 1) await Settle(claimed[0], new Ending.Cancelled());
            (await StateOf(job.JobId)).ShouldBe(JobState.Cancelled);
        }
    }

    [SkippableFact]
    public async Task Identical_submissions_from_two_processes_run_once()
    {
        await using var second = await Open();
        var drafts = Enumerable.Range(0, 40).Select(_ => Same()).ToList();
        var submitted = await Task.WhenAll(drafts.Select((draft, i) => Task.Run(() =>
            (i % 2 == 0 ? Store : second).Jobs.Submit(new NewSubmission { Jobs = [draft] }, None))));
        submitted.Count(s => s.Single().Kind == SubmissionKind.Enqueued).ShouldBe(1);
        await Complete(await ClaimOne());
        (await Store.Jobs.Ledger(None)).Single().Completed.ShouldBe(40);
    }

    [SkippableFact]
    public async Task Identical_jobs_that_come_while_the_first_ends_are_not_left_waiting()
    {
        await using var second = await Open();
        for (var round = 0; round < Rounds; round++)
        {
            await Submit(Same($"{round}"));
            var first = await ClaimOne();
            var completing = Task.Run(() => Complete(first, Output(first)));
            var coming = Enumerable.Range(0, 3).Select(i => Task.Run(() => (i == 0 ? Store : second).Jobs.Submit(new NewSubmission { Jobs = [Same($"{round}")] }, None))).ToList();
            (await completing).ShouldBeTrue();
            foreach (var job in await Task.WhenAll(coming))
            {
                job.Single().Kind.ShouldBeOneOf(SubmissionKind.Joined, SubmissionKind.Reused);
                (await StateOf(job.Single().JobId)).ShouldBe(JobState.Completed);
            }
        }
    }

    [SkippableFact]
    public async Task Identical_jobs_that_come_while_the_first_is_claimed_are_not_left_waiting()
    {
        await using var second = await Open();
        for (var round = 0; round < Rounds; round++)
        {
            await Submit(Same($"{round}"));
            var claiming = Task.Run(() => ClaimAll(1));
            var coming = Enumerable.Range(0, 3).Select(_ => Task.Run(() => second.Jobs.Submit(new NewSubmission { Jobs = [Same($"{round}")] }, None))).ToList();
            var claimed = (await claiming).Jobs;
            var joined = await Task.WhenAll(coming);
            // It may have been passed over while the others joined it.
            var first = claimed.Count > 0 ? claimed.Single() : await ClaimOne();
            (await Complete(first, Output(first))).ShouldBeTrue();
            foreach (var job in joined) (await StateOf(job.Single().JobId)).ShouldBe(JobState.Completed);
        }
    }

    [SkippableFact]
    public async Task What_another_process_wrote_is_seen_and_rings()
    {
        await using var second = await Open();
        var seen = Store.Signals.Version(Signal.Events);
        var job = (await second.Jobs.Submit(new NewSubmission { Jobs = [Draft()] }, None)).Single();

        // The other process is noticed by looking about once a second of real time; the test waits for the ring, not for the time.
        (await Store.Signals.Wait(Signal.Events, seen, TimeSpan.FromHours(1), None).WaitAsync(TimeSpan.FromSeconds(100))).ShouldBeTrue();
        (await ClaimOne()).Job.Id.ShouldBe(job.JobId);
    }

    [SkippableFact]
    public async Task Settings_saved_by_one_process_bind_the_other()
    {
        await using var second = await Open();
        await Submit();
        await second.Queues.Save(new Queue { Name = Queue.Default, Paused = true }, None);
        (await ClaimAll()).Jobs.ShouldBeEmpty();
    }
}
