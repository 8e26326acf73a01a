using System.Text.Json.Nodes;
using Revela.Core.Pipelines;
using Shouldly;
using Xunit;

namespace Revela.Tests.Core.Pipelines;

/// <summary>Steps as clients write them.</summary>
public sealed class StepJsonTests
{
    [Fact]
    public void Options_stand_inline_beside_the_reserved_words()
    {
        var text = """{"op":"resize","engine":"vips","from":"input","as":"small","width":200}""";
        var step = StepJson.Read(JsonNode.Parse(text), [])!;
        (step.Op, step.Engine, step.From, step.As).ShouldBe(("resize", "vips", "input", "small"));
        step.Options.ToJsonString().ShouldBe("""{"width":200}""");
        StepJson.Write(step).ToJsonString().ShouldBe(text);
    }

    [Theory]
    [InlineData("""{"width": 200}""", "a step needs an 'op'")]
    [InlineData("""{"op": 5}""", "'op' must be text")]
    [InlineData("\"resize\"", "a step must be an object with an 'op'")]
    [InlineData("""{"op": "resize", "as": []}""", "'as' must be text")]
    public void What_is_no_step_is_said_so(string text, string mistake)
    {
        var mistakes = new List<string>();
        StepJson.Read(JsonNode.Parse(text), mistakes).ShouldBeNull();
        mistakes.ShouldBe([mistake]);
    }
}
