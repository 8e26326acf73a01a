using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Shouldly;
using Xunit;

namespace Revela.Tests.Flow;

public sealed class JobExecutorTests
{
    [Fact]
    public async Task A_job_completes_with_its_output_its_data_and_its_steps()
    {
        await using var spine = await Spine.Open();
        var id = await spine.Submit(Spine.Pipeline("cheap", "cheap"));

        (await spine.Turn()).ShouldBeOfType<Ending.Completed>();

        var job = await spine.Job(id);
        job.State.ShouldBe(JobState.Completed);
        job.Progress.ShouldBe(1);
        job.Steps.Select(step => (step.Op, step.State)).ShouldBe([("cheap", "completed"), ("cheap", "completed")]);
        job.Data!["cheap"]!.GetValue<bool>().ShouldBeTrue();
        var asset = await spine.Store.Assets.Get(Spine.Tenant, job.Outputs.ShouldHaveSingleItem().AssetId, default);
        asset!.ParentId.ShouldBe(job.AssetId);
        asset.JobId.ShouldBe(id);
        (await spine.ObjectKeysIn(ObjectKeys.Processed)).ShouldBe([asset.ObjectKey]);
    }

    [Fact]
    public async Task A_job_that_only_looks_completes_with_data_and_keeps_no_picture()
    {
        await using var spine = await Spine.Open();
        var id = await spine.Submit(Spine.Pipeline("look"));

        (await spine.Turn()).ShouldBeOfType<Ending.Completed>();

        var job = await spine.Job(id);
        (job.State, job.Outputs.Count).ShouldBe((JobState.Completed, 0));
        job.Steps.Select(step => (step.Op, step.State)).ShouldBe([("look", "completed")]);
        job.Data!["perceptual_hash"]!.GetValue<string>().ShouldBe("00000000000000ff");
        (await spine.ObjectKeysIn(ObjectKeys.Processed)).ShouldBeEmpty();
        (await spine.Store.Assets.Get(Spine.Tenant, job.AssetId, default))!.PerceptualHash.ShouldBe(new PerceptualHash(0xff));
    }

    [Fact]
    public async Task What_was_looked_at_last_is_the_output_and_its_likeness_is_not_the_inputs()
    {
        await using var spine = await Spine.Open();
        var id = await spine.Submit(Spine.Pipeline("slow", "look"));

        (await spine.Turn()).ShouldBeOfType<Ending.Completed>();

        var job = await spine.Job(id);
        (await spine.Store.Assets.Get(Spine.Tenant, job.Outputs.ShouldHaveSingleItem().AssetId, default))!.StepIndex.ShouldBe(0);
        (job.Data!["slow"], job.Data["perceptual_hash"]).ShouldNotBe((null, null));
        (await spine.Store.Assets.Get(Spine.Tenant, job.AssetId, default))!.PerceptualHash.ShouldBeNull();
    }

    [Fact]
    public async Task An_error_is_tried_three_times_two_and_four_seconds_apart_and_then_fails_with_its_code()
    {
        await using var spine = await Spine.Open();
        var id = await spine.Submit(Spine.Pipeline("cheap"));
        spine.Runner.Script = (_, _) => Task.FromResult<StepOutcome?>(ScriptedRunner.Failed("odd", retryable: true));

        foreach (var wait in new[] { 2.0, 4.0 })
        {
            var retry = (await spine.Turn()).ShouldBeOfType<Ending.RetryAt>();
            (retry.At - spine.Time.GetUtcNow()).TotalSeconds.ShouldBe(wait, tolerance: 0.11 * wait);
            (await spine.Turn()).ShouldBeNull();
            spine.Time.Advance(TimeSpan.FromSeconds(1.11 * wait));
        }
        (await spine.Turn()).ShouldBeOfType<Ending.Failed>();

        var job = await spine.Job(id);
        (job.State, job.Attempt, job.Error!.Code).ShouldBe((JobState.Failed, 3, "odd"));
    }

    [Fact]
    public async Task An_error_that_no_repeat_can_mend_fails_at_once()
    {
        await using var spine = await Spine.Open();
        var id = await spine.Submit(Spine.Pipeline("cheap"));
        spine.Runner.Script = (_, _) => Task.FromResult<StepOutcome?>(ScriptedRunner.Failed(ErrorCodes.BrokenImage, retryable: false));

        await spine.Turn();

        (await spine.Job(id)).State.ShouldBe(JobState.Failed);
    }

    [Fact]
    public async Task What_must_wait_is_parked_with_its_price_counts_no_attempt_and_is_freed_by_its_time()
    {
        await using var spine = await Spine.Open();
        var id = await spine.Submit(Spine.Pipeline("paint"));
        var until = spine.Time.GetUtcNow().AddHours(1);
        spine.Runner.Script = (_, _) => Task.FromResult<StepOutcome?>(new StepOutcome.Halted(new Parked(ParkCodes.Quota, "As the test said.", until)) { CostUsd = 0.25m });

        (await spine.Turn()).ShouldBeOfType<Ending.Park>();

        var job = await spine.Job(id);
        (job.State, job.Attempt, job.CostUsd, job.Parked!.Code).ShouldBe((JobState.Pending, 0, 0.25m, ParkCodes.Quota));
        job.Steps.ShouldHaveSingleItem().State.ShouldBe("parked");
        spine.Runner.Script = null;
        (await spine.Turn()).ShouldBeNull();
        spine.Time.Advance(TimeSpan.FromHours(1));
        (await spine.Turn()).ShouldBeOfType<Ending.Completed>();
    }

    [Fact]
    public async Task The_second_crash_fails_the_job_and_quarantines_the_input_for_every_other_job()
    {
        await using var spine = await Spine.Open();
        var asset = await spine.Upload();
        var id = await spine.Submit(Spine.Pipeline("cheap"), asset);
        var other = await spine.Submit(Spine.Pipeline("cheap", "cheap"), asset, request => request with { RunAt = spine.Time.GetUtcNow().AddHours(1) });
        spine.Runner.Script = (_, _) => Task.FromResult<StepOutcome?>(ScriptedRunner.Crashed());

        (await spine.Turn()).ShouldBeOfType<Ending.RetryAt>().Crash.ShouldBeTrue();
        spine.Time.Advance(TimeSpan.FromSeconds(10));
        (await spine.Turn()).ShouldBeOfType<Ending.Failed>();
        (await spine.Job(id)).ShouldSatisfyAllConditions(
            job => job.Error!.Code.ShouldBe(ErrorCodes.Crashed),
            job => job.Crashes.ShouldBe(2));

        spine.Runner.Script = null;
        spine.Time.Advance(TimeSpan.FromHours(1));
        await spine.Turn();
        (await spine.Job(other)).Error!.Code.ShouldBe(ErrorCodes.Quarantined);

        (await spine.Store.Jobs.ReleaseQuarantine(Spine.Tenant, asset.Sha256, default)).ShouldBeTrue();
        await spine.Store.Jobs.Retry(Spine.Tenant, other, default);
        await spine.Turn();
        (await spine.Job(other)).State.ShouldBe(JobState.Completed);
    }

    [Fact]
    public async Task Crashes_leave_the_tries_of_the_run_alone()
    {
        await using var spine = await Spine.Open();
        var id = await spine.Submit(Spine.Pipeline("cheap"));
        var outcomes = new Queue<StepOutcome>([
            ScriptedRunner.Crashed(), ScriptedRunner.Failed("odd", true), ScriptedRunner.Failed("odd", true)]);
        spine.Runner.Script = (_, _) => Task.FromResult(outcomes.TryDequeue(out var next) ? next : null);

        for (var i = 0; i < 4; i++)
        {
            (await spine.Turn()).ShouldNotBeNull();
            spine.Time.Advance(TimeSpan.FromMinutes(1));
        }

        (await spine.Job(id)).State.ShouldBe(JobState.Completed);
    }

    [Fact]
    public async Task An_outage_counts_no_attempt_until_its_deadline_fails_the_job()
    {
        await using var spine = await Spine.Open();
        var id = await spine.Submit(Spine.Pipeline("cheap"));
        spine.Runner.Script = (_, _) => throw new OutageException(ErrorCodes.StorageUnavailable, "Away.");

        for (var waited = TimeSpan.Zero; waited < TimeSpan.FromMinutes(59);)
        {
            var wait = (await spine.Turn()).ShouldBeOfType<Ending.WaitUntil>();
            (await spine.Job(id)).ShouldSatisfyAllConditions(
                job => job.State.ShouldBe(JobState.Pending),
                job => job.Attempt.ShouldBe(0),
                job => job.Error!.Code.ShouldBe(ErrorCodes.StorageUnavailable));
            var step = wait.At - spine.Time.GetUtcNow();
            spine.Time.Advance(step);
            waited += step;
        }
        spine.Time.Advance(TimeSpan.FromMinutes(2));
        (await spine.Turn()).ShouldBeOfType<Ending.Failed>();
        (await spine.Job(id)).Error!.Code.ShouldBe(ErrorCodes.StorageUnavailable);
    }

    [Fact]
    public async Task A_retry_resumes_behind_the_last_checkpoint()
    {
        await using var spine = await Spine.Open();
        var id = await spine.Submit(Spine.Pipeline("cheap", "slow", "cheap"));
        var fails = true;
        spine.Runner.Script = (_, _) => Task.FromResult(fails && spine.Runner.Ran.Count == 3 ? ScriptedRunner.Failed("odd", true) : null);

        (await spine.Turn()).ShouldBeOfType<Ending.RetryAt>();
        fails = false;
        spine.Time.Advance(TimeSpan.FromSeconds(10));
        (await spine.Turn()).ShouldBeOfType<Ending.Completed>();

        spine.Runner.Ran.ShouldBe(["cheap", "slow", "cheap", "cheap"]);
        var job = await spine.Job(id);
        job.Steps.Select(step => step.State).ShouldBe(["skipped", "skipped", "completed"]);
        var keys = await spine.ObjectKeysIn(ObjectKeys.Processed);
        await spine.Janitor.Bury(default);
        (await spine.ObjectKeysIn(ObjectKeys.Processed)).Count.ShouldBe(1, $"of {keys.Count} objects only the output stays");
    }

    [Fact]
    public async Task What_was_paid_for_is_kept_also_when_the_job_shall_stop_meanwhile()
    {
        await using var spine = await Spine.Open();
        var id = await spine.Submit(Spine.Pipeline("slow", "cheap"));
        using var running = await spine.Claim();
        spine.Runner.Script = async (run, _) =>
        {
            running!.Stop(null);
            spine.Runner.Script = null;
            return await spine.Runner.Run(run, new Progress<StepProgress>(), default) with { IsPaid = true };
        };
        var report = await spine.Executor.Run(running!);
        report!.Outcome.ShouldBeOfType<AttemptOutcome.Stopped>();
        await spine.Settle(report);

        (await spine.Turn()).ShouldBeOfType<Ending.Completed>();
        (await spine.Job(id)).Steps.Select(step => step.State).ShouldBe(["skipped", "completed"]);
    }

    [Fact]
    public async Task A_late_worker_changes_nothing()
    {
        await using var spine = await Spine.Open();
        var id = await spine.Submit(Spine.Pipeline("cheap"));
        using var late = await spine.Claim("late");
        spine.Time.Advance(TimeSpan.FromMinutes(1));
        (await spine.Store.Jobs.Rescue(20, default)).ShouldBe(1);
        using var next = await spine.Claim("next");
        next!.Lease.ShouldBeGreaterThan(late!.Lease);

        var report = await spine.Executor.Run(late);
        (await spine.Foreman.Settle(report!, default)).ShouldBeFalse();
        (await spine.Job(id)).State.ShouldBe(JobState.Processing);

        (await spine.Foreman.Settle((await spine.Executor.Run(next))!, default)).ShouldBeTrue();
        var job = await spine.Job(id);
        job.Losses.ShouldBe(1);
        job.Outputs.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_running_job_is_cancelled_cooperatively_and_a_stopping_worker_gives_back()
    {
        await using var spine = await Spine.Open();
        var cancelled = await spine.Submit(Spine.Pipeline("cheap"));
        using (var running = await spine.Claim())
        {
            await spine.Store.Jobs.Cancel(Spine.Tenant, cancelled, default);
            spine.Runner.Script = (_, stop) => { running!.Stop(StopReason.CancelRequested); stop.ThrowIfCancellationRequested(); return Task.FromResult<StepOutcome?>(null); };
            await spine.Foreman.Settle((await spine.Executor.Run(running!))!, default);
        }
        (await spine.Job(cancelled)).State.ShouldBe(JobState.Cancelled);

        var back = await spine.Submit(Spine.Pipeline("cheap"));
        using (var running = await spine.Claim())
        {
            spine.Runner.Script = (_, stop) => { running!.Stop(null); stop.ThrowIfCancellationRequested(); return Task.FromResult<StepOutcome?>(null); };
            await spine.Foreman.Settle((await spine.Executor.Run(running!))!, default);
        }
        (await spine.Job(back)).ShouldSatisfyAllConditions(
            job => job.State.ShouldBe(JobState.Pending),
            job => job.Attempt.ShouldBe(0));
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_ends_as_timed_out()
    {
        await using var spine = await Spine.Open();
        var id = await spine.Submit(Spine.Pipeline("cheap"));
        spine.Runner.Script = async (_, stop) =>
        {
            spine.Time.Advance(TimeSpan.FromMinutes(6));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            return null;
        };

        (await spine.Turn()).ShouldBeOfType<Ending.RetryAt>().Error.Code.ShouldBe(ErrorCodes.TimedOut);
        (await spine.Job(id)).State.ShouldBe(JobState.Pending);
    }

    [Fact]
    public async Task A_deleted_input_fails_the_job_and_is_not_retried()
    {
        await using var spine = await Spine.Open();
        var asset = await spine.Upload();
        var id = await spine.Submit(Spine.Pipeline("cheap"), asset);
        await spine.Store.Objects.Delete(asset.ObjectKey, default);

        await spine.Turn();

        (await spine.Job(id)).Error!.Code.ShouldBe(ErrorCodes.InputGone);
    }
}
