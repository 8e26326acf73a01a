using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Events;
using Revela.Core.Items;
using Revela.Core.Jobs;
using Revela.Core.Queues;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

// Settlements: each way in which an attempt may end.
public abstract partial class JobStoreConformance
{
    [SkippableFact]
    public async Task Completion_publishes_outputs_data_steps_and_event_together()
    {
        var original = await AddOriginal();
        var job = await Submit(Draft(original.Id));
        var claimed = await ClaimOne();
        var (small, large) = (Output(claimed, 0, "small"), Output(claimed, 1));
        var step = new StepRecord("grayscale", "vips", "completed", Time.GetUtcNow(), Time.GetUtcNow(), 0.5m);
        Time.Advance(TimeSpan.FromSeconds(3));
        await Store.Jobs.Settle(new(job.JobId, claimed.Lease, new Ending.Completed([small, large], new JsonObject { ["bibs"] = 7 }), [step]), None);

        var done = await Get(job.JobId);
        (done.State, done.Progress, done.Attempt, done.CostUsd, done.Error).ShouldBe((JobState.Completed, 1.0, 1, 0.5m, null));
        done.FinishedAt.ShouldBe(Time.GetUtcNow());
        done.Steps.ShouldBe([step]);
        done.Data!["bibs"]!.GetValue<int>().ShouldBe(7);
        done.Outputs.ShouldBe([new Output(small.AssetId, "small", "image/jpeg", 500, 40, 30), new Output(large.AssetId, null, "image/jpeg", 500, 40, 30)]);
        var asset = (await Store.Assets.Get(Tenant, small.AssetId, None))!;
        (asset.ParentId, asset.JobId, asset.StepIndex, asset.Name, asset.ObjectKey).ShouldBe((original.Id, job.JobId, 0, "small", small.Image.ObjectKey));
        (await EventsOf(job.JobId))[^1].ShouldBe(EventTypes.Completed);
    }

    [SkippableFact]
    public async Task Completion_clears_the_error_of_earlier_attempts()
    {
        var job = await Submit();
        await Settle(await ClaimOne(), new Ending.RetryAt(Time.GetUtcNow(), Oops));
        (await Get(job.JobId)).Error.ShouldBe(Oops);
        await Complete(await ClaimOne());
        (await Get(job.JobId)).Error.ShouldBeNull();
    }

    [SkippableFact]
    public async Task Completion_drops_checkpoints_and_dooms_objects_that_are_no_output()
    {
        var job = await Submit();
        var claimed = await ClaimOne();
        var published = Output(claimed, 1);
        await Store.Jobs.SaveCheckpoint(job.JobId, claimed.Lease, new Checkpoint(0, Image("between"), [], null), None);
        await Store.Jobs.SaveCheckpoint(job.JobId, claimed.Lease, new Checkpoint(1, published.Image, [], null), None);
        await Complete(claimed, published);
        (await Store.Assets.Doomed(10, None)).ShouldBe([Image("between").ObjectKey]);
    }

    [SkippableFact]
    public async Task Completion_shows_the_last_output_on_the_item()
    {
        var item = new Item { Id = Ids.New(Time), Tenant = Tenant, Collection = "articles", ExternalId = "12", CreatedAt = Time.GetUtcNow(), UpdatedAt = Time.GetUtcNow() };
        await Store.Items.Save(item, None);
        await Submit(Draft() with { ItemId = item.Id });
        var claimed = await ClaimOne();
        var (first, last) = (Output(claimed, 0), Output(claimed, 1));
        Time.Advance(TimeSpan.FromSeconds(1));
        await Complete(claimed, first, last);

        var shown = (await Store.Items.Get(Tenant, "articles", "12", None))!;
        (shown.AssetId, shown.UpdatedAt).ShouldBe((last.AssetId, Time.GetUtcNow()));
    }

    [SkippableFact]
    public async Task Failure_is_final_and_may_quarantine_the_input()
    {
        var job = await Submit();
        var error = new JobError(ErrorCodes.Crashed, "The decoder died.", false);
        await Settle(await ClaimOne(), new Ending.Failed(error, Crash: true, QuarantineSha256: "abc"));

        var failed = await Get(job.JobId);
        (failed.State, failed.Error, failed.Crashes).ShouldBe((JobState.Failed, error, 1));
        (await Store.Jobs.FindQuarantine(Tenant, "abc", None)).ShouldBe(error);
        (await Store.Jobs.FindQuarantine("other", "abc", None)).ShouldBeNull();
        (await Store.Jobs.ListQuarantine(Tenant, 10, None)).ShouldBe([new QuarantinedInput("abc", error, Time.GetUtcNow(), null)]);
        (await Store.Jobs.ListQuarantine("other", 10, None)).ShouldBeEmpty();
        var asset = await AddOriginal("poison.jpg");
        await Submit(Draft(asset.Id));
        await Settle(await ClaimOne(), new Ending.Failed(error, Crash: true, QuarantineSha256: asset.Sha256));
        (await Store.Jobs.ListQuarantine(Tenant, 10, None)).Single(input => input.Sha256 == asset.Sha256).AssetId.ShouldBe(asset.Id);
        (await Store.Jobs.ReleaseQuarantine(Tenant, "abc", None)).ShouldBeTrue();
        (await Store.Jobs.ReleaseQuarantine(Tenant, "abc", None)).ShouldBeFalse();
        (await Store.Jobs.FindQuarantine(Tenant, "abc", None)).ShouldBeNull();
        (await EventsOf(job.JobId))[^1].ShouldBe(EventTypes.Failed);
    }

    [SkippableFact]
    public async Task A_retry_waits_for_its_time_and_counts_the_attempt()
    {
        var job = await Submit();
        var at = Time.GetUtcNow().AddSeconds(2);
        await Settle(await ClaimOne(), new Ending.RetryAt(at, Oops));
        var early = await ClaimAll();
        (early.Jobs.Count, early.NextDue).ShouldBe((0, at));
        var waiting = await Get(job.JobId);
        (waiting.State, waiting.Attempt, waiting.Crashes, waiting.RunAt, waiting.Error).ShouldBe((JobState.Pending, 1, 0, at, Oops));

        Time.MoveTo(at);
        (await ClaimOne()).Job.Attempt.ShouldBe(2);
    }

    [SkippableFact]
    public async Task A_crash_counts_as_a_crash_besides()
    {
        var job = await Submit();
        await Settle(await ClaimOne(), new Ending.RetryAt(Time.GetUtcNow(), Oops, Crash: true));
        var claimed = await ClaimOne();
        (claimed.Job.Attempt, claimed.Job.Crashes).ShouldBe((2, 1));
    }

    [SkippableFact]
    public async Task An_outage_uses_up_no_attempt_and_is_known_from_its_beginning()
    {
        await Submit();
        var began = Time.GetUtcNow();
        for (var wait = 0; wait < 5; wait++)
        {
            var claimed = await ClaimOne();
            claimed.Job.Attempt.ShouldBe(1);
            claimed.OutageSince.ShouldBe(wait == 0 ? null : began);
            Time.Advance(TimeSpan.FromSeconds(1));
            if (wait == 0) began = Time.GetUtcNow();
            await Settle(claimed, new Ending.WaitUntil(Time.GetUtcNow().AddSeconds(10), Oops));
            (await ClaimAll()).Jobs.ShouldBeEmpty();
            Time.Advance(TimeSpan.FromSeconds(10));
        }
        await Settle(await ClaimOne(), new Ending.RetryAt(Time.GetUtcNow(), Oops));
        var after = await ClaimOne();
        (after.Job.Attempt, after.OutageSince).ShouldBe((2, null));
    }

    [SkippableFact]
    public async Task A_given_back_job_goes_to_the_head_of_its_line_uncounted()
    {
        var ids = (await SubmitMany(3)).Select(s => s.JobId).ToArray();
        var claimed = await ClaimOne();
        var seen = Store.Signals.Version(Signal.Work);
        await Settle(claimed, new Ending.GivenBack());
        Store.Signals.Version(Signal.Work).ShouldBeGreaterThan(seen);
        (await Get(ids[0])).Attempt.ShouldBe(0);
        var again = await ClaimAll();
        again.Jobs.Select(c => c.Job.Id).ShouldBe(ids);
        (again.Jobs[0].Job.Attempt, again.Jobs[0].Lease > claimed.Lease).ShouldBe((1, true));
    }

    [SkippableFact]
    public async Task A_parked_job_waits_for_a_person_uncounted()
    {
        var job = await Submit();
        var reason = new Parked("possibly-paid", "The provider did not answer.");
        await Settle(await ClaimOne(), new Ending.Park(reason));
        var nothing = await ClaimAll();
        (nothing.Jobs.Count, nothing.NextDue).ShouldBe((0, null));
        var parked = await Get(job.JobId);
        (parked.State, parked.Attempt, parked.Parked).ShouldBe((JobState.Pending, 0, reason));
        (await Store.Jobs.Ledger(None)).Single().Parked.ShouldBe(1);
        (await EventsOf(job.JobId))[^1].ShouldBe(EventTypes.Parked);

        (await Store.Jobs.Unpark("budget", null, None)).ShouldBe(0);
        (await Store.Jobs.Unpark("possibly-paid", "elsewhere", None)).ShouldBe(0);
        (await Store.Jobs.Unpark("possibly-paid", Queue.Default, None)).ShouldBe(1);
        (await Get(job.JobId)).Parked.ShouldBeNull();
        (await ClaimOne()).Job.Attempt.ShouldBe(1);
    }

    [SkippableFact]
    public async Task A_job_parked_until_a_time_frees_itself()
    {
        var until = Time.GetUtcNow().AddHours(1);
        var job = await Submit(Draft() with { Parked = new Parked("budget", "Spent for today.", until) });
        var early = await ClaimAll();
        (early.Jobs.Count, early.NextDue).ShouldBe((0, until));
        (await Get(job.JobId)).Parked!.Until.ShouldBe(until);
        Time.MoveTo(until);
        (await ClaimIds()).ShouldBe([job.JobId]);
        (await EventsOf(job.JobId)).ShouldContain(EventTypes.Waiting);
    }

    [SkippableFact]
    public async Task A_cancelled_attempt_ends_the_job()
    {
        var job = await Submit();
        var claimed = await ClaimOne();
        await Store.Jobs.Cancel(Tenant, job.JobId, None);
        (await Settle(claimed, new Ending.Cancelled())).ShouldBeTrue();
        (await StateOf(job.JobId)).ShouldBe(JobState.Cancelled);
        (await EventsOf(job.JobId))[^1].ShouldBe(EventTypes.Cancelled);
    }

    [SkippableFact]
    public async Task Steps_and_money_of_a_failed_attempt_stay_on_the_job()
    {
        var job = await Submit();
        var step = new StepRecord("restyle", "gemini", "completed", Time.GetUtcNow(), Time.GetUtcNow(), 0.04m);
        await Settle(await ClaimOne(), new Ending.RetryAt(Time.GetUtcNow(), Oops), step);
        var waiting = await Get(job.JobId);
        (waiting.CostUsd, waiting.Steps.Single()).ShouldBe((0.04m, step));
        await Settle(await ClaimOne(), new Ending.Completed([], null), step);
        (await Get(job.JobId)).CostUsd.ShouldBe(0.08m);
    }
}
