using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;

namespace Revela.Tests.Flow;

/// <summary>Law 6: same input, same recipe, same result, and never at another's cost.</summary>
public sealed class SharingTests
{
    [Fact]
    public async Task Identical_work_in_flight_is_joined_and_both_jobs_complete_with_outputs_of_their_own()
    {
        await using var spine = await Spine.Open();
        var photo = Spine.Photo();
        var first = await spine.Submit(Spine.Pipeline("cheap"), await spine.Upload(photo));
        var second = await spine.Submit(Spine.Pipeline("cheap"), await spine.Upload(photo));

        (await spine.Turn()).ShouldBeOfType<Ending.Completed>();
        (await spine.Turn()).ShouldBeNull();

        spine.Runner.Ran.ShouldHaveSingleItem();
        var (one, two) = (await spine.Job(first), await spine.Job(second));
        (one.State, two.State).ShouldBe((JobState.Completed, JobState.Completed));
        two.SharedWith.ShouldBe(first);
        two.Outputs[0].AssetId.ShouldNotBe(one.Outputs[0].AssetId);
        (await spine.ObjectKeysIn(ObjectKeys.Processed)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_finished_result_answers_at_once_until_fresh_is_asked_for()
    {
        await using var spine = await Spine.Open();
        var photo = Spine.Photo();
        await spine.Submit(Spine.Pipeline("cheap"), await spine.Upload(photo));
        await spine.Turn();

        var reused = await spine.Submit(Spine.Pipeline("cheap"), await spine.Upload(photo));
        (await spine.Job(reused)).State.ShouldBe(JobState.Completed);
        var fresh = await spine.Submit(Spine.Pipeline("cheap"), await spine.Upload(photo), request => request with { Fresh = true });
        (await spine.Job(fresh)).State.ShouldBe(JobState.Pending);

        await spine.Turn();
        spine.Runner.Ran.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Deleting_one_of_two_that_share_a_result_leaves_the_other_its_bytes()
    {
        await using var spine = await Spine.Open();
        var photo = Spine.Photo();
        var first = await spine.Submit(Spine.Pipeline("cheap"), await spine.Upload(photo));
        await spine.Turn();
        var second = await spine.Submit(Spine.Pipeline("cheap"), await spine.Upload(photo));

        var (one, two) = (await spine.Job(first), await spine.Job(second));
        await spine.Store.Assets.Delete(Spine.Tenant, one.Outputs[0].AssetId, default);
        await spine.Janitor.Bury(default);
        (await spine.ObjectKeysIn(ObjectKeys.Processed)).Count.ShouldBe(1);

        await spine.Store.Assets.Delete(Spine.Tenant, two.Outputs[0].AssetId, default);
        await spine.Janitor.Bury(default);
        (await spine.ObjectKeysIn(ObjectKeys.Processed)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Other_work_other_tenants_and_operations_that_never_give_the_same_twice_are_not_shared()
    {
        await using var spine = await Spine.Open();
        var photo = Spine.Photo();
        await spine.Submit(Spine.Pipeline("cheap"), await spine.Upload(photo));
        await spine.Submit(Spine.Pipeline("cheap", "cheap"), await spine.Upload(photo));
        await spine.Submit(Spine.Pipeline("paint"), await spine.Upload(photo));
        await spine.Submit(Spine.Pipeline("paint"), await spine.Upload(photo));
        var foreign = await spine.Intake.Accept("other", new MemoryStream(photo), null, default);
        await spine.Submit(Spine.Pipeline("cheap"), foreign, request => request with { Tenant = "other" });

        while (await spine.Turn() is not null)
        {
        }

        spine.Runner.Ran.Count.ShouldBe(5);
    }

    [Fact]
    public async Task Cancelling_the_first_hands_the_work_to_the_one_that_joined_it()
    {
        await using var spine = await Spine.Open();
        var photo = Spine.Photo();
        var first = await spine.Submit(Spine.Pipeline("cheap"), await spine.Upload(photo));
        var second = await spine.Submit(Spine.Pipeline("cheap"), await spine.Upload(photo));

        await spine.Store.Jobs.Cancel(Spine.Tenant, first, default);
        await spine.Turn();

        ((await spine.Job(first)).State, (await spine.Job(second)).State).ShouldBe((JobState.Cancelled, JobState.Completed));
    }

    [Fact]
    public async Task A_repeated_request_with_its_key_answers_with_the_first_job_and_another_request_is_refused()
    {
        await using var spine = await Spine.Open();
        var asset = await spine.Upload();
        SubmitRequest Keyed(SubmitRequest request) => request with { IdempotencyKey = "order-7" };

        var first = await spine.Submit(Spine.Pipeline("cheap"), asset, Keyed);
        (await spine.Submit(Spine.Pipeline("cheap"), asset, Keyed)).ShouldBe(first);

        var refusal = await Should.ThrowAsync<RevelaException>(() => spine.Submit(Spine.Pipeline("slow"), asset, Keyed));
        refusal.Error.Code.ShouldBe(ErrorCodes.IdempotencyMismatch);
    }
}
