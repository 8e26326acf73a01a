using Revela.Core.Pipelines;
using Shouldly;
using Xunit;

namespace Revela.Tests.Flow;

public sealed class PlanTests
{
    static readonly FourOperations Operations = new();

    static Plan Of(params Step[] steps) => Plan.Of(new Pipeline { Name = "test", Steps = steps }, Operations);

    static Step Do(string op, string? from = null, string? name = null) => new(op, [], null, from, name);

    [Fact]
    public void Cheap_steps_fuse_into_one_group()
    {
        var plan = Of(Do("cheap"), Do("cheap"), Do("cheap"));

        var group = plan.Groups.ShouldHaveSingleItem();
        (group.First, group.Last, group.Source).ShouldBe((0, 2, -1));
        group.IsCheckpoint.ShouldBeFalse();
        group.Publishes.ShouldBeTrue();
    }

    [Fact]
    public void A_slow_step_stands_alone_between_fused_runs_and_everything_before_the_end_is_kept()
    {
        var plan = Of(Do("cheap"), Do("cheap"), Do("slow"), Do("cheap"));

        plan.Groups.Select(group => (group.First, group.Last)).ShouldBe([(0, 1), (2, 2), (3, 3)]);
        plan.Groups.Select(group => group.IsCheckpoint).ShouldBe([true, true, false]);
        plan.Groups.Select(group => group.Source).ShouldBe([-1, 0, 1]);
        plan.Groups.Select(group => group.Publishes).ShouldBe([false, false, true]);
    }

    [Fact]
    public void A_last_slow_step_is_a_checkpoint_too()
    {
        Of(Do("cheap"), Do("slow")).Groups[^1].IsCheckpoint.ShouldBeTrue();
    }

    [Fact]
    public void A_step_stands_alone_whose_engine_is_slow_or_outside_or_one_of_several()
    {
        foreach (var step in new[] { Do("cheap") with { Engine = "deep" }, Do("cheap") with { Engine = "elsewhere" }, Do("cheap") with { Engine = "scripted", Instead = ["deep"] } })
        {
            var plan = Of(Do("cheap"), step, Do("cheap"));
            plan.Groups.Select(group => (group.Last, group.IsCheckpoint)).ShouldBe([(0, true), (1, true), (2, false)]);
        }
    }

    [Fact]
    public void A_named_step_ends_its_group_and_publishes()
    {
        var plan = Of(Do("cheap", name: "web"), Do("cheap", from: "input"), Do("cheap", from: "web"));

        plan.Groups.Select(group => group.Source).ShouldBe([-1, -1, 0]);
        plan.Groups.Select(group => group.Publishes).ShouldBe([true, false, true]);
        plan.Groups[0].Name.ShouldBe("web");
    }

    [Fact]
    public void What_only_looks_at_the_input_publishes_nothing_and_is_no_checkpoint()
    {
        var group = Of(Do("look")).Groups.ShouldHaveSingleItem();
        (group.Publishes, group.IsCheckpoint).ShouldBe((false, false));

        var plan = Of(Do("look", name: "seen"), Do("slow"), Do("cheap", from: "seen"));
        plan.Groups.Select(one => one.Source).ShouldBe([-1, -1, -1]);
        plan.Groups.Select(one => one.Publishes).ShouldBe([false, false, true]);
    }

    [Fact]
    public void What_is_looked_at_last_is_published_by_the_group_that_made_it()
    {
        var plan = Of(Do("slow"), Do("look"));
        plan.Groups.Select(group => (group.Publishes, group.IsCheckpoint, group.Name)).ShouldBe([(true, true, null), (false, false, null)]);

        var named = Of(Do("slow"), Do("look", name: "seen"), Do("cheap", from: "seen"));
        named.Groups.Select(group => (group.Publishes, group.Name)).ShouldBe([(true, "seen"), (false, null), (true, null)]);
        named.Groups[2].Source.ShouldBe(0);
    }

    [Fact]
    public void A_look_amid_changes_is_part_of_their_group()
    {
        Of(Do("look"), Do("cheap"), Do("look")).Groups.ShouldHaveSingleItem().Publishes.ShouldBeTrue();
    }
}
