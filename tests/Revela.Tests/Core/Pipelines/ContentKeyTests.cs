using System.Text.Json.Nodes;
using Revela.Core.Pipelines;
using Shouldly;
using Xunit;

namespace Revela.Tests.Core.Pipelines;

/// <summary>Law 6: equal keys mean equal results.</summary>
public sealed class ContentKeyTests
{
    readonly SketchOperations operations = new();

    [Fact]
    public void The_same_work_has_the_same_key_however_it_is_spelt_and_whatever_it_is_called()
    {
        var one = Key("""{"width": 5, "label": "x"}""", name: "one");
        Key("""{"label": "x", "width": 5}""", name: "two").ShouldBe(one);
        one!.Length.ShouldBe(64);
    }

    [Fact]
    public void Other_bytes_options_engines_and_names_make_another_key()
    {
        var keys = new[]
        {
            Key("""{"width": 5}"""),
            Key("""{"width": 6}"""),
            Key("""{"width": 5}""", input: "ef"),
            Key("""{"width": 5}""", by: new SketchOperations { Version = "sketch-2" }),
            Key("""{"width": 5}""", from: "input"),
            Key("""{"width": 5}""", published: "small"),
        };
        keys.Distinct().Count().ShouldBe(keys.Length);
    }

    [Fact]
    public void Work_that_may_differ_from_run_to_run_has_none() =>
        ContentKey.Of("ab", new Pipeline { Name = "p", Steps = [new Step("size", []), new Step("dream", [])] }, operations).ShouldBeNull();

    string? Key(string options, string input = "ab", string name = "p", SketchOperations? by = null, string? from = null, string? published = null) =>
        ContentKey.Of(input, new Pipeline { Name = name, Steps = [new Step("size", (JsonObject)JsonNode.Parse(options)!, From: from, As: published)] }, by ?? operations);
}
