using System.Text.Json.Nodes;
using Revela.Core.Jobs;

namespace Revela.Core.Pipelines;

/// <summary>
/// Tries a step's engines in order: the next one where one cannot be had, is away, or waits for money, quota or its turn.
/// A call that may have been paid for, and whatever an engine says of the picture, end the step: another would pay, or try, again.
/// </summary>
public sealed class EngineChain(IStepRunner one) : IStepRunner
{
    static readonly string[] Unavailable = [ErrorCodes.EngineUnavailable, ErrorCodes.ModelMissing, ErrorCodes.ModelUnusable];

    public async Task<StepOutcome> Run(StepRun run, IProgress<StepProgress> progress, CancellationToken cancel)
    {
        // Engines to choose from are at checkpoints only, and those stand alone in their group.
        if (run.Steps is not [{ Instead: { } instead } step]) return await one.Run(run, progress, cancel);
        var passed = new JsonArray();
        foreach (var engine in instead.Prepend(step.Engine!).SkipLast(1))
        {
            var (outcome, why) = await Try(run with { Steps = [step with { Engine = engine, Instead = null }] }, progress, cancel);
            if (why is null) return Told(outcome!, step, passed);
            passed.Add(new JsonObject { ["op"] = step.Op, ["engine"] = engine, ["code"] = why.Code, ["why"] = why.Message });
        }
        return Told(await one.Run(run with { Steps = [step with { Engine = instead[^1], Instead = null }] }, progress, cancel), step, passed);
    }

    /// <returns>Why the next engine is to be tried; null when this one has the last word.</returns>
    async Task<(StepOutcome? Outcome, JobError? Why)> Try(StepRun run, IProgress<StepProgress> progress, CancellationToken cancel)
    {
        try
        {
            var outcome = await one.Run(run, progress, cancel);
            return (outcome, outcome switch
            {
                StepOutcome.Failed { Error.Error: var error } when Unavailable.Contains(error.Code) => error,
                StepOutcome.Halted { Why: var why } when why.Code != ParkCodes.PossiblyPaid => new JobError(why.Code, why.Detail, Retryable: true),
                _ => null,
            });
        }
        catch (OutageException away) when (away.Error.Code == ErrorCodes.ServiceUnavailable)
        {
            return (null, away.Error);
        }
    }

    static StepOutcome Told(StepOutcome outcome, Step step, JsonArray passed)
    {
        if (outcome is not StepOutcome.Developed made || passed.Count == 0) return outcome;
        var data = made.Data ?? [];
        data["passed_over"] = passed;
        return made with { Data = data };
    }
}
