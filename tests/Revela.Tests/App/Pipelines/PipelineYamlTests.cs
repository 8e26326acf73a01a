using System.Text.Json.Nodes;
using Revela.App.Pipelines;
using Revela.Core.Pipelines;
using Revela.Imaging.Operations;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Pipelines;

/// <summary>Pipelines as YAML: what is written reads back as the same.</summary>
public sealed class PipelineYamlTests
{
    static readonly OperationCatalog operations = new();

    [Fact]
    public void Every_built_in_pipeline_reads_back_as_it_was()
    {
        foreach (var pipeline in PipelineFile.ReadBuiltIn(operations))
        {
            var text = PipelineYaml.Write(pipeline, operations);
            var again = PipelineFile.Read(text, "written.yaml", operations).ShouldHaveSingleItem();
            PipelineYaml.Write(again, operations).ShouldBe(text);
            again.Steps.Select(step => StepJson.Write(step).ToJsonString()).ShouldBe(pipeline.Steps.Select(step => StepJson.Write(step).ToJsonString()), pipeline.Name);
            (again with { Steps = pipeline.Steps }).ShouldBe(pipeline);
        }
    }

    [Fact]
    public void It_is_written_as_people_do()
    {
        var pipeline = PipelineFile.Read("""
            shop:
              description: For the window, at dawn
              priority: 0
              max_attempts: 5
              backoff: { first: 500ms, jitter: 0 }
              steps:
                - op: strip
                - { height: 20, op: resize, width: 1600, fit: fit, as: large }
                - { op: remove-background, engines: [onnx, classic] }
            """, "p.yaml", operations)[0];
        PipelineYaml.Write(pipeline, operations).ShouldBe("""
            shop:
              description: "For the window, at dawn"
              max_attempts: 5
              backoff: { first: 500 ms, jitter: 0 }
              steps:
                - strip
                - { op: resize, as: large, width: 1600, height: 20 }
                - { op: remove-background, engines: [onnx, classic] }

            """.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("007")]
    [InlineData("true")]
    [InlineData("- no step")]
    [InlineData("a: b # c")]
    [InlineData("\"quoted\" 'twice'")]
    [InlineData("two\nlines\twith a tab")]
    [InlineData("{}[],&*!|>%@`")]
    [InlineData(" spaces ")]
    [InlineData("Fotografía × ñ – ok")]
    [InlineData("")]
    [InlineData("\u2028\u0085\u0007")]
    public void Any_text_comes_back(string text)
    {
        var settings = new JsonObject { ["description"] = text, ["steps"] = new JsonArray(new JsonObject { ["op"] = "watermark", ["text"] = $"x{text}" }) };
        var (drafts, _) = PipelineFile.Sketch(PipelineYaml.Write("p", settings), operations);
        drafts[0].Description.ShouldBe(text);
        drafts[0].Steps[0].Options["text"]!.GetValue<string>().ShouldBe($"x{text}");
    }
}
