using System.Text.Json.Nodes;
using Revela.Core.Pipelines;
using Shouldly;
using Xunit;

namespace Revela.Tests.Core.Pipelines;

/// <summary>What a pipeline must be, and that all that is wrong with it is said at once.</summary>
public sealed class PipelineRulesTests
{
    readonly SketchOperations operations = new();

    [Fact]
    public void A_sound_pipeline_comes_back_with_its_steps_normalised()
    {
        var mistakes = new List<string>();
        var pipeline = PipelineRules.Check(Of(Size(), Size(from: "input", name: "small")), operations, mistakes);
        mistakes.ShouldBeEmpty();
        pipeline!.Steps.ShouldAllBe(step => step.Options["width"]!.GetValue<int>() == 100);
    }

    [Fact]
    public void Every_mistake_is_told_at_once()
    {
        var draft = Of(
            new Step("size", (JsonObject)JsonNode.Parse("""{"width": 0, "height": 1}""")!),
            new Step("paint", []),
            Size(from: "later"),
            Size(name: "later"),
            Size(name: "later"),
            Size(name: "input"),
            Size(name: "Not A Name")) with
        { Name = "", Queue = "a b", MaxAttempts = 0, AttemptTimeout = TimeSpan.Zero, OutageDeadline = TimeSpan.FromDays(31), Backoff = new Backoff { First = TimeSpan.FromDays(2), Factor = 0.5, Jitter = double.NaN } };
        var mistakes = new List<string>();
        PipelineRules.Check(draft, operations, mistakes).ShouldBeNull();
        foreach (var part in (string[])["the name", "the queue", "max_attempts", "attempt_timeout", "outage_deadline", "backoff.first", "backoff.factor", "backoff.jitter",
            "step 1 (size): width", "step 1 (size): there is no option 'height'", "step 2 (paint): there is no operation", "step 3 (size): from: 'later'", "step 5 (size): as: 'later' is taken", "step 6 (size): as: 'input' is taken", "step 7 (size): as: 'Not A Name' must be"])
            mistakes.ShouldContain(mistake => mistake.StartsWith(part), part);
        mistakes.Count.ShouldBe(15);
    }

    [Fact]
    public void A_pipeline_has_at_least_one_step_and_at_most_fifty()
    {
        foreach (var count in (int[])[0, PipelineRules.MaxSteps + 1])
        {
            var mistakes = new List<string>();
            PipelineRules.Check(Of([.. Enumerable.Repeat(Size(), count)]), operations, mistakes).ShouldBeNull();
            mistakes.ShouldBe(["there must be 1 to 50 steps"]);
        }
    }

    [Theory]
    [InlineData("web", true)]
    [InlineData("4k_web-2", true)]
    [InlineData("", false)]
    [InlineData("Web", false)]
    [InlineData("-web", false)]
    [InlineData("web\n", false)]
    [InlineData("../web", false)]
    public void Names_are_plain(string name, bool sound) => PipelineRules.IsName(name).ShouldBe(sound);

    [Fact]
    public void A_later_pipeline_replaces_an_earlier_of_the_same_name()
    {
        var catalog = new PipelineCatalog([Of(Size()) with { Name = "b" }, Of(Size()) with { Name = "a" }, Of(Size()) with { Name = "b", Priority = 7 }]);
        catalog.All.Select(pipeline => pipeline.Name).ShouldBe(["a", "b"]);
        catalog.Get("b").Priority.ShouldBe(7);
        catalog.Find("c").ShouldBeNull();
        Should.Throw<Revela.Core.RevelaException>(() => catalog.Get("c")).Error.Code.ShouldBe("unknown-pipeline");
    }

    static Step Size(string? from = null, string? name = null) => new("size", [], From: from, As: name);

    static Pipeline Of(params Step[] steps) => new() { Name = "test", Steps = steps };
}
