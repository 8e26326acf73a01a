using Revela.App.Pipelines;
using Revela.Core;
using Revela.Core.Pipelines;
using Revela.Tests.Core.Pipelines;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Pipelines;

/// <summary>pipelines.yaml: what it may say, and that each mistake is told with its line.</summary>
public sealed class PipelineFileTests
{
    [Fact]
    public void Everything_a_pipeline_has_can_be_written()
    {
        var pipeline = Read("""
            # A comment.
            shop:
              description: For the shop
              queue: bulk
              priority: -3          # after the others
              max_attempts: 5
              backoff: { first: 500 ms, factor: 3, jitter: 0 }
              attempt_timeout: 90
              outage_deadline: 2 h
              steps:
                - slow
                - { op: size, width: 20, label: "007", from: input, as: small, engine: sketch }
            """).ShouldHaveSingleItem();
        (pipeline.Name, pipeline.Description, pipeline.Queue, pipeline.Priority, pipeline.MaxAttempts).ShouldBe(("shop", "For the shop", "bulk", -3, 5));
        pipeline.Backoff.ShouldBe(new Backoff { First = TimeSpan.FromSeconds(0.5), Factor = 3, Jitter = 0 });
        (pipeline.AttemptTimeout, pipeline.OutageDeadline).ShouldBe((TimeSpan.FromSeconds(90), TimeSpan.FromHours(2)));
        var step = pipeline.Steps[1];
        (step.Op, step.Engine, step.From, step.As).ShouldBe(("size", "sketch", "input", "small"));
        step.Options.ToJsonString().ShouldBe("""{"width":20,"label":"007"}""");
    }

    [Fact]
    public void What_is_left_out_has_its_default()
    {
        var pipeline = Read("plain:\n  steps: [size]").ShouldHaveSingleItem();
        pipeline.ShouldBe(new Pipeline { Name = "plain", Steps = pipeline.Steps });
    }

    [Fact]
    public void All_mistakes_of_a_file_are_told_at_once_with_their_lines()
    {
        Mistakes("""
            first:
              colour: red
              max_attempts: many
              backoff: { first: soon, last: 1 }
              steps:
                - { op: size, width: 0 }
                - { op: paint }
                - { op: size, from: nowhere }
            Second Name:
              steps: []
            third: 5
            fourth:
              steps:
                - { width: 3 }
            fifth:
              description: nothing to do
            """).ShouldBe([
            "p.yaml:2: first: 'colour' is not one of description, queue, priority, max_attempts, backoff, attempt_timeout, outage_deadline, steps",
            "p.yaml:3: first: max_attempts must be a whole number from 1 to 100",
            "p.yaml:4: first: backoff: 'last' is not one of first, factor, jitter",
            "p.yaml:4: first: backoff: first must be a time such as 500 ms, 2 s, 5 min, 1 h or 7 d",
            "p.yaml:6: first: step 1 (size): width must be 1 to 1000",
            "p.yaml:7: first: step 2 (paint): there is no operation 'paint'",
            "p.yaml:8: first: step 3 (size): from: 'nowhere' is neither 'input' nor the 'as' of an earlier step",
            "p.yaml:9: Second Name: the name 'Second Name' must be lower-case letters, digits, '-' and '_', at most 64, beginning with a letter or digit",
            "p.yaml:9: Second Name: there must be 1 to 50 steps",
            "p.yaml:11: third: a pipeline is a mapping with 'steps'",
            "p.yaml:14: fourth: step 1: a step needs an 'op'",
            "p.yaml:15: fifth: 'steps' must be a list of operations",
        ]);
    }

    [Theory]
    [InlineData("a:\n  steps: [size\nb: 1", "is not YAML")]
    [InlineData("a:\n  steps: [size]\na:\n  steps: [size]", "is not YAML")]
    [InlineData("- a\n- b", "one mapping")]
    public void What_is_no_pipeline_file_is_said_so(string yaml, string words) => Mistakes(yaml).ShouldHaveSingleItem().ShouldContain(words);

    [Theory]
    [InlineData("")]
    [InlineData("# nothing yet\n")]
    public void An_empty_file_is_no_mistake(string yaml) => Read(yaml).ShouldBeEmpty();

    [Theory]
    [InlineData("1.5 s", "1500 ms")]
    [InlineData("120", "2 min")]
    [InlineData("24h", "1 d")]
    [InlineData("0", "0 ms")]
    public void Times_read_as_people_write_them(string text, string written)
    {
        Durations.TryParse(text, out var duration).ShouldBeTrue();
        Durations.Write(duration).ShouldBe(written);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("-1 s")]
    [InlineData("1 fortnight")]
    [InlineData("99999999999999999 d")]
    public void What_is_no_time_is_refused(string text) => Durations.TryParse(text, out _).ShouldBeFalse();

    static IReadOnlyList<Pipeline> Read(string yaml) => PipelineFile.Read(yaml, "p.yaml", new SketchOperations());

    static string[] Mistakes(string yaml) => Should.Throw<RevelaException>(() => Read(yaml)).Error.Message.Split('\n');
}
