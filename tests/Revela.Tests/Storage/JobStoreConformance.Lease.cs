using Revela.Core.Events;
using Revela.Core.Jobs;
using Revela.Core.Queues;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

// Leases: renewal, checkpoints, rescue, and that a late worker changes no row (law 3).
public abstract partial class JobStoreConformance
{
    LeaseReport Report(ClaimedJob claimed, double progress = 0, string? step = null) => new(claimed.Job.Id, claimed.Lease, progress, step);

    [SkippableFact]
    public async Task A_renewal_keeps_the_lease_and_shows_progress_once()
    {
        var job = await Submit();
        var claimed = await ClaimOne();
        Time.Advance(Lease - TimeSpan.FromSeconds(1));
        (await Store.Jobs.Renew([Report(claimed, 0.5, "grayscale")], Lease, None)).ShouldBeEmpty();
        Time.Advance(Lease - TimeSpan.FromSeconds(1));
        (await Store.Jobs.Renew([Report(claimed, 0.5, "grayscale")], Lease, None)).ShouldBeEmpty();
        (await Store.Jobs.Rescue(3, None)).ShouldBe(0);

        var running = await Get(job.JobId);
        (running.Progress, running.Step).ShouldBe((0.5, "grayscale"));
        (await EventsOf(job.JobId)).ShouldBe([EventTypes.Accepted, EventTypes.Started, EventTypes.Progress]);
    }

    [SkippableFact]
    public async Task A_renewal_under_a_lost_lease_orders_a_stop()
    {
        await Submit();
        var claimed = await ClaimOne();
        await Complete(claimed);
        (await Store.Jobs.Renew([Report(claimed)], Lease, None)).ShouldBe([new StopOrder(claimed.Job.Id, claimed.Lease, StopReason.LeaseLost)]);
    }

    [SkippableFact]
    public async Task A_renewal_hears_of_a_cancel()
    {
        var job = await Submit();
        var claimed = await ClaimOne();
        var seen = Store.Signals.Version(Signal.Orders);
        (await Store.Jobs.Cancel(Tenant, job.JobId, None)).ShouldBe(JobState.Processing);
        Store.Signals.Version(Signal.Orders).ShouldBeGreaterThan(seen);
        (await Store.Jobs.Renew([Report(claimed)], Lease, None)).ShouldBe([new StopOrder(claimed.Job.Id, claimed.Lease, StopReason.CancelRequested)]);
    }

    [SkippableFact]
    public async Task A_silent_workers_job_is_taken_back_with_its_loss_counted()
    {
        var job = await Submit();
        var first = await ClaimOne();
        Time.Advance(Lease);
        (await Store.Jobs.Rescue(3, None)).ShouldBe(1);

        var waiting = await Get(job.JobId);
        (waiting.State, waiting.Losses, waiting.Crashes).ShouldBe((JobState.Pending, 1, 0));
        (await EventsOf(job.JobId))[^1].ShouldBe(EventTypes.Waiting);
        var second = await ClaimOne();
        second.Lease.ShouldBeGreaterThan(first.Lease);
        second.Job.Losses.ShouldBe(1);
    }

    [SkippableFact]
    public async Task Before_its_end_a_lease_is_not_taken()
    {
        await Submit();
        await ClaimOne();
        Time.Advance(Lease - TimeSpan.FromMilliseconds(1));
        (await Store.Jobs.Rescue(3, None)).ShouldBe(0);
    }

    [SkippableFact]
    public async Task Above_the_limit_of_losses_the_job_fails_as_lost()
    {
        var job = await Submit();
        for (var loss = 0; loss < 3; loss++)
        {
            await ClaimOne();
            Time.Advance(Lease);
            (await Store.Jobs.Rescue(2, None)).ShouldBe(1);
        }
        var failed = await Get(job.JobId);
        (failed.State, failed.Losses, failed.Error!.Code).ShouldBe((JobState.Failed, 3, ErrorCodes.Lost));
    }

    [SkippableFact]
    public async Task The_leases_of_a_dead_worker_end_at_once()
    {
        await SubmitMany(3);
        await Store.Jobs.Claim(Request(2) with { Worker = "dead" }, None);
        await Store.Jobs.Claim(Request(1) with { Worker = "alive" }, None);
        (await Store.Jobs.ExpireLeases("dead", None)).ShouldBe(2);
        (await Store.Jobs.Rescue(3, None)).ShouldBe(2);
    }

    [SkippableFact]
    public async Task After_a_rescue_nothing_that_the_late_worker_writes_is_kept()
    {
        var job = await Submit();
        var late = await ClaimOne();
        Time.Advance(Lease);
        await Store.Jobs.Rescue(3, None);
        var now = await ClaimOne();
        var events = (await EventsOf(job.JobId)).Length;

        (await Store.Jobs.SaveCheckpoint(job.JobId, late.Lease, new Checkpoint(0, Image("late"), [], null), None)).ShouldBeFalse();
        (await Store.Jobs.Renew([Report(late, 0.9, "late")], Lease, None)).Single().Reason.ShouldBe(StopReason.LeaseLost);
        foreach (var ending in AllEndings(late)) (await Settle(late, ending)).ShouldBeFalse();

        (await StateOf(job.JobId)).ShouldBe(JobState.Processing);
        (await Get(job.JobId)).Step.ShouldBeNull();
        (await EventsOf(job.JobId)).Length.ShouldBe(events);
        (await Store.Assets.List(new() { Tenant = Tenant }, None)).Items.ShouldBeEmpty();
        (await Complete(now)).ShouldBeTrue();
    }

    Ending[] AllEndings(ClaimedJob claimed) =>
    [
        new Ending.Completed([Output(claimed)], null), new Ending.Failed(Oops), new Ending.RetryAt(Time.GetUtcNow(), Oops), new Ending.WaitUntil(Time.GetUtcNow(), Oops),
        new Ending.Park(new Parked("budget", "No money.")), new Ending.GivenBack(), new Ending.Cancelled(),
    ];

    [SkippableFact]
    public async Task A_lease_of_another_job_opens_nothing()
    {
        await SubmitMany(2);
        var claim = await ClaimAll();
        (await Settle(claim.Jobs[0] with { Lease = claim.Jobs[1].Lease }, new Ending.Failed(Oops))).ShouldBeFalse();
        (await Store.Jobs.List(new JobQuery { Tenant = Tenant, States = [JobState.Processing] }, None)).Items.Count.ShouldBe(2);
    }

    [SkippableFact]
    public async Task A_checkpoint_is_there_for_the_next_attempt_with_its_steps_and_data()
    {
        var job = await Submit();
        var first = await ClaimOne();
        var step = new StepRecord("upscale", "onnx", "completed", Time.GetUtcNow(), Time.GetUtcNow(), 0.25m);
        var checkpoint = new Checkpoint(1, Image("kept"), [step], new() { ["found"] = 3 });
        (await Store.Jobs.SaveCheckpoint(job.JobId, first.Lease, checkpoint, None)).ShouldBeTrue();
        await Settle(first, new Ending.RetryAt(Time.GetUtcNow(), Oops));

        var kept = (await ClaimOne()).Checkpoints.ShouldHaveSingleItem();
        kept.Image.ShouldBe(checkpoint.Image);
        kept.StepIndex.ShouldBe(1);
        kept.Steps.ShouldBe([step]);
        kept.Data!["found"]!.GetValue<int>().ShouldBe(3);
        (await EventsOf(job.JobId)).ShouldContain(EventTypes.Checkpointed);
        (await Store.Assets.Named([checkpoint.Image.ObjectKey, "processed/other.jpg"], None)).ShouldBe([checkpoint.Image.ObjectKey]);
    }

    [SkippableFact]
    public async Task A_checkpoint_made_again_replaces_the_old_one_and_dooms_its_object()
    {
        await Submit();
        var claimed = await ClaimOne();
        await Store.Jobs.SaveCheckpoint(claimed.Job.Id, claimed.Lease, new Checkpoint(0, Image("old"), [], null), None);
        await Store.Jobs.SaveCheckpoint(claimed.Job.Id, claimed.Lease, new Checkpoint(0, Image("new"), [], null), None);
        (await Store.Assets.Doomed(10, None)).ShouldBe([Image("old").ObjectKey]);
    }

    [SkippableFact]
    public async Task Money_spent_on_a_checkpoint_is_billed_once_also_when_the_worker_died()
    {
        var job = await Submit();
        var paid = new StepRecord("restyle", "gemini", "completed", Time.GetUtcNow(), Time.GetUtcNow(), 0.04m);
        var first = await ClaimOne();
        await Store.Jobs.SaveCheckpoint(job.JobId, first.Lease, new Checkpoint(0, Image("paid"), [paid], null), None);
        Time.Advance(Lease);
        await Store.Jobs.Rescue(3, None);
        (await Get(job.JobId)).CostUsd.ShouldBe(0.04m);

        var second = await ClaimOne();
        var local = new StepRecord("resize", "vips", "completed", Time.GetUtcNow(), Time.GetUtcNow());
        await Settle(second, new Ending.Completed([], null), paid with { State = "skipped" }, local);
        (await Get(job.JobId)).CostUsd.ShouldBe(0.04m);
    }
}
