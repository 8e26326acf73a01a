using Revela.Core.Assets;
using Revela.Core.Events;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

// Identical work: joined in flight, answered when finished, never across tenants (law 6).
public abstract partial class JobStoreConformance
{
    NewJob Same(string key = "same") => Draft() with { ContentKey = key };

    [SkippableFact]
    public async Task Identical_work_in_flight_runs_once_and_every_job_gets_pictures_of_its_own()
    {
        var leader = await Submit(Same());
        var waiting = await Submit(Same());
        var claimed = await ClaimOne();
        var running = await Submit(Same());
        (leader.Kind, waiting.Kind, running.Kind).ShouldBe((SubmissionKind.Enqueued, SubmissionKind.Joined, SubmissionKind.Joined));
        (await ClaimAll()).Jobs.ShouldBeEmpty();
        (await Get(running.JobId)).SharedWith.ShouldBe(leader.JobId);

        var output = Output(claimed, 0, "cutout");
        await Settle(claimed, new Ending.Completed([output], new() { ["n"] = 1 }));
        foreach (var follower in new[] { waiting, running })
        {
            var done = await Get(follower.JobId);
            (done.State, done.SharedWith, done.CostUsd).ShouldBe((JobState.Completed, leader.JobId, 0m));
            done.Data!["n"]!.GetValue<int>().ShouldBe(1);
            var asset = (await Store.Assets.Get(Tenant, done.Outputs.Single().AssetId, None))!;
            (asset.ObjectKey, asset.JobId, asset.ParentId, asset.Name).ShouldBe((output.Image.ObjectKey, follower.JobId, done.AssetId, "cutout"));
            asset.Id.ShouldNotBe(output.AssetId);
            (await EventsOf(follower.JobId)).ShouldBe([EventTypes.Accepted, EventTypes.Completed]);
        }
    }

    [SkippableFact]
    public async Task Identical_finished_work_is_answered_at_once()
    {
        await Submit(Same());
        var claimed = await ClaimOne();
        await Complete(claimed, Output(claimed));
        var again = await Submit(Same());
        again.Kind.ShouldBe(SubmissionKind.Reused);
        var done = await Get(again.JobId);
        (done.State, done.SharedWith, done.Progress).ShouldBe((JobState.Completed, claimed.Job.Id, 1.0));
        done.Outputs.Count.ShouldBe(1);
        (await EventsOf(again.JobId)).ShouldBe([EventTypes.Accepted, EventTypes.Completed]);
        (await Submit(Same("another"))).Kind.ShouldBe(SubmissionKind.Enqueued);
        (await Submit()).Kind.ShouldBe(SubmissionKind.Enqueued);
    }

    [SkippableFact]
    public async Task What_an_input_looks_like_is_kept_with_it_and_with_those_that_share_the_work()
    {
        var (first, follower, later) = (await AddOriginal(), await AddOriginal(), await AddOriginal());
        var likeness = new Likeness(new PerceptualHash(0xfedc_ba98_7654_3210), Colours.Red | Colours.Grey);
        await Submit(Draft(first.Id) with { ContentKey = "work" });
        await Submit(Draft(follower.Id) with { ContentKey = "work" });
        await Settle(await ClaimOne(), new Ending.Completed([], null, likeness));
        (await Submit(Draft(later.Id) with { ContentKey = "work" })).Kind.ShouldBe(SubmissionKind.Reused);
        foreach (var asset in new[] { first, follower, later })
            (await Store.Assets.Get(Tenant, asset.Id, None)).ShouldBe(asset with { PerceptualHash = likeness.Hash, Colours = likeness.Colours });
    }

    [SkippableFact]
    public async Task A_result_whose_picture_was_deleted_is_made_again()
    {
        await Submit(Same());
        var claimed = await ClaimOne();
        var output = Output(claimed);
        await Complete(claimed, output);
        (await Store.Assets.Delete(Tenant, output.AssetId, None)).ShouldBeTrue();
        (await Submit(Same())).Kind.ShouldBe(SubmissionKind.Enqueued);
    }

    [SkippableFact]
    public async Task A_shared_object_goes_only_with_the_last_asset_that_names_it()
    {
        await Submit(Same());
        var claimed = await ClaimOne();
        var output = Output(claimed);
        await Complete(claimed, output);
        var copy = (await Get((await Submit(Same())).JobId)).Outputs.Single().AssetId;
        await Store.Assets.Delete(Tenant, output.AssetId, None);
        (await Store.Assets.Doomed(10, None)).ShouldBeEmpty();
        await Store.Assets.Delete(Tenant, copy, None);
        (await Store.Assets.Doomed(10, None)).ShouldBe([output.Image.ObjectKey]);
    }

    [SkippableFact]
    public async Task Tenants_never_share_work()
    {
        await Submit(Same());
        (await Submit(Same() with { Tenant = "other" })).Kind.ShouldBe(SubmissionKind.Enqueued);
        foreach (var claimed in (await ClaimAll()).Jobs) await Complete(claimed);
        (await Submit(Same() with { Tenant = "third" })).Kind.ShouldBe(SubmissionKind.Enqueued);
    }

    [SkippableFact]
    public async Task A_follower_lifts_its_leader_to_its_own_priority()
    {
        var leader = await Submit(Same());
        await Submit(Draft() with { Priority = 3 });
        await Submit(Same() with { Priority = 9 });
        (await ClaimOne()).Job.Id.ShouldBe(leader.JobId);
    }

    [SkippableFact]
    public async Task Nobody_waits_for_a_parked_job_or_for_one_that_runs_later()
    {
        await Submit(Same("parked") with { Parked = new Parked("budget", "No money.") });
        (await Submit(Same("parked"))).Kind.ShouldBe(SubmissionKind.Enqueued);
        await Submit(Same("later") with { RunAt = Time.GetUtcNow().AddHours(1) });
        (await Submit(Same("later"))).Kind.ShouldBe(SubmissionKind.Enqueued);
        await Submit(Same("sooner"));
        (await Submit(Same("sooner") with { RunAt = Time.GetUtcNow().AddHours(1) })).Kind.ShouldBe(SubmissionKind.Joined);
        (await Submit(Same("sooner") with { Parked = new Parked("budget", "No money.") })).Kind.ShouldBe(SubmissionKind.Enqueued);
    }

    [SkippableFact]
    public async Task When_the_leader_fails_its_followers_fail_alike()
    {
        await Submit(Same());
        var follower = await Submit(Same());
        await Settle(await ClaimOne(), new Ending.Failed(Oops));
        var failed = await Get(follower.JobId);
        (failed.State, failed.Error).ShouldBe((JobState.Failed, Oops));
        (await Submit(Same())).Kind.ShouldBe(SubmissionKind.Enqueued);
    }

    [SkippableFact]
    public async Task A_retry_of_the_leader_keeps_its_followers_waiting()
    {
        await Submit(Same());
        var follower = await Submit(Same());
        await Settle(await ClaimOne(), new Ending.RetryAt(Time.GetUtcNow(), Oops));
        (await StateOf(follower.JobId)).ShouldBe(JobState.Pending);
        await Complete(await ClaimOne());
        (await StateOf(follower.JobId)).ShouldBe(JobState.Completed);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task When_the_leader_is_cancelled_its_first_follower_runs_and_the_rest_follow_that_one(bool running)
    {
        var leader = await Submit(Same());
        var (first, second) = (await Submit(Same()), await Submit(Same()));
        var claimed = running ? await ClaimOne() : null;
        await Store.Jobs.Cancel(Tenant, leader.JobId, None);
        if (claimed is not null) await Settle(claimed, new Ending.Cancelled());

        var promoted = await ClaimOne();
        promoted.Job.Id.ShouldBe(first.JobId);
        (await Get(second.JobId)).SharedWith.ShouldBe(first.JobId);
        (await Submit(Same())).Kind.ShouldBe(SubmissionKind.Joined);
        await Complete(promoted);
        (await StateOf(second.JobId)).ShouldBe(JobState.Completed);
        (await StateOf(leader.JobId)).ShouldBe(JobState.Cancelled);
    }

    [SkippableFact]
    public async Task A_cancelled_follower_leaves_the_leader_alone()
    {
        await Submit(Same());
        var (first, second) = (await Submit(Same()), await Submit(Same()));
        (await Store.Jobs.Cancel(Tenant, first.JobId, None)).ShouldBe(JobState.Cancelled);
        await Complete(await ClaimOne());
        (await StateOf(first.JobId), await StateOf(second.JobId)).ShouldBe((JobState.Cancelled, JobState.Completed));
    }

    [SkippableFact]
    public async Task Identical_jobs_of_one_submission_share_one_run()
    {
        var kinds = (await Store.Jobs.Submit(new NewSubmission { Jobs = [Same(), Same(), Same()] }, None)).Select(s => s.Kind);
        kinds.ShouldBe([SubmissionKind.Enqueued, SubmissionKind.Joined, SubmissionKind.Joined]);
    }

    [SkippableFact]
    public async Task A_retried_job_that_once_followed_runs_by_itself()
    {
        await Submit(Same());
        var follower = await Submit(Same());
        await Settle(await ClaimOne(), new Ending.Failed(Oops));
        (await Store.Jobs.Retry(Tenant, follower.JobId, None)).ShouldBe(JobState.Pending);
        var claimed = await ClaimOne();
        claimed.Job.Id.ShouldBe(follower.JobId);
        await Complete(claimed);
        (await Get(follower.JobId)).SharedWith.ShouldBeNull();
        (await Submit(Same())).Kind.ShouldBe(SubmissionKind.Reused);
    }
}
