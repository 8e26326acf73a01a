using System.Text.Json.Nodes;
using Revela.Core.Pipelines;
using Revela.Tests.Imaging.Operations;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Ocr;

public sealed class RosterTests
{
    [Theory]
    [InlineData("""{"roster": "145"}""", "a list of")]
    [InlineData("""{"roster": ["145", "abc"]}""", "'abc' is neither")]
    [InlineData("""{"roster": ["9-3"]}""", "'9-3' is neither")]
    [InlineData("""{"roster": [null]}""", "a list of")]
    [InlineData("""{"roster": [["1"]]}""", "a list of")]
    [InlineData("""{"min_confidence": 0.2, "review_confidence": 0.4}""", "review_confidence")]
    public void A_roster_that_is_none_is_a_mistake(string options, string words)
    {
        var mistakes = new List<string>();
        Studio.Catalog.Normalise(new Step("read-bibs", (JsonObject)JsonNode.Parse(options)!), mistakes).ShouldBeNull();
        mistakes.ShouldHaveSingleItem().ShouldContain(words);
    }

    [Fact]
    public void Numbers_may_be_given_as_numbers_or_typed_with_commas()
    {
        var step = Studio.Catalog.Normalise(new Step("read-bibs", (JsonObject)JsonNode.Parse("""{"roster": [145, "200-299"]}""")!), [])!;
        step.Options["roster"]!.ToJsonString().ShouldBe("""["145","200-299"]""");
        Studio.Catalog.Parse("read-bibs:roster=\"145,200-299\"").Options["roster"]!.ToJsonString().ShouldBe("""["145","200-299"]""");
    }

    [Fact]
    public void The_schema_says_that_it_is_a_list()
    {
        var roster = Studio.Catalog.Find("read-bibs")!.Schema["properties"]!["roster"]!;
        roster["type"]!.ToJsonString().ShouldContain("array");
        roster["maxItems"]!.GetValue<int>().ShouldBe(50_000);
        roster["default"]!.AsArray().ShouldBeEmpty();
    }
}
