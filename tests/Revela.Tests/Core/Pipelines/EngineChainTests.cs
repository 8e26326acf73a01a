using Revela.Core;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Tests.Flow;
using Shouldly;
using Xunit;

namespace Revela.Tests.Core.Pipelines;

/// <summary>Engines that are tried in order.</summary>
public sealed class EngineChainTests
{
    static readonly StepOutcome Made = new StepOutcome.Developed("out.png", "image/png", 1, "hash", 1, 1, 1, null, "third-1");

    [Fact]
    public async Task The_next_engine_does_it_where_one_cannot_be_had_is_away_or_waits_and_the_result_says_so()
    {
        var outcome = await Run(["first", "second", "third"], engine => engine switch
        {
            "first" => ScriptedRunner.Failed(ErrorCodes.EngineUnavailable, false),
            "second" => throw new OutageException(ErrorCodes.ServiceUnavailable, "It is away."),
            _ => Made,
        });
        var made = outcome.ShouldBeOfType<StepOutcome.Developed>();
        made.Engine.ShouldBe("third-1");
        made.Data!["passed_over"]!.AsArray().Select(one => (one!["engine"]!.ToString(), one["code"]!.ToString()))
            .ShouldBe([("first", ErrorCodes.EngineUnavailable), ("second", ErrorCodes.ServiceUnavailable)]);
    }

    [Theory]
    [InlineData(ParkCodes.Budget, true)]
    [InlineData(ParkCodes.Quota, true)]
    [InlineData(ParkCodes.OutOfCredit, true)]
    [InlineData(ParkCodes.RateLimited, true)]
    [InlineData(ParkCodes.PossiblyPaid, false)]
    public async Task Whoever_waits_for_money_is_passed_over_and_whoever_may_be_paid_already_never(string code, bool isPassed)
    {
        var outcome = await Run(["first", "third"], engine => engine == "first" ? new StepOutcome.Halted(new Parked(code, "As the test said.")) : Made);
        (outcome is StepOutcome.Developed).ShouldBe(isPassed);
    }

    [Fact]
    public async Task What_an_engine_says_of_the_picture_holds_and_the_last_engine_has_the_last_word()
    {
        var asked = new List<string?>();
        var outcome = await Run(["first", "third"], engine =>
        {
            asked.Add(engine);
            return ScriptedRunner.Failed(ErrorCodes.NoClearSubject, false);
        });
        outcome.ShouldBeOfType<StepOutcome.Failed>().Error.Error.Code.ShouldBe(ErrorCodes.NoClearSubject);
        asked.ShouldBe(["first"]);
        await Should.ThrowAsync<OutageException>(() => Run(["first", "third"], _ => throw new OutageException(ErrorCodes.ServiceUnavailable, "It is away.")));
    }

    [Fact]
    public void Engines_are_read_and_written_as_a_list()
    {
        var mistakes = new List<string>();
        var step = StepJson.Read(System.Text.Json.Nodes.JsonNode.Parse("""{"op":"cut","engines":["first","second"],"width":3}"""), mistakes)!;
        (step.Engine, step.Instead, step.Options.Count).ShouldBe(("first", step.Instead, 1));
        step.Instead.ShouldBe(["second"]);
        StepJson.Write(step).ToJsonString().ShouldBe("""{"op":"cut","engines":["first","second"],"width":3}""");
        StepJson.Read(System.Text.Json.Nodes.JsonNode.Parse("""{"op":"cut","engines":["only"]}"""), mistakes)!.Instead.ShouldBeNull();
        mistakes.ShouldBeEmpty();
        foreach (var wrong in (string[])["""{"op":"cut","engine":"a","engines":["b"]}""", """{"op":"cut","engines":[]}""", """{"op":"cut","engines":[1]}""", """{"op":"cut","engines":"a"}"""])
            StepJson.Read(System.Text.Json.Nodes.JsonNode.Parse(wrong), mistakes).ShouldBeNull(wrong);
        mistakes.Count.ShouldBe(4);
    }

    static Task<StepOutcome> Run(string[] engines, Func<string?, StepOutcome> script)
    {
        var step = new Step("cut", [], engines[0]) { Instead = engines[1..] };
        var runner = new ScriptedRunner { Script = (run, _) => Task.FromResult<StepOutcome?>(script(run.Steps.Single().Engine)) };
        return new EngineChain(runner).Run(new StepRun([step], "in.png", "out", "image/png", 1, new(), null), new Progress<StepProgress>(), default);
    }
}
