using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.Imaging.Isolation;

/// <summary>What a person reads when a child died, hung or outgrew its memory.</summary>
static class Crashes
{
    public static StepOutcome Died(ChildDeath death, int step) => Crashed(ErrorCodes.Crashed, $"The process that decoded the image {death.InWords}.", step);

    public static StepOutcome TimedOut(int step) => Crashed(ErrorCodes.TimedOut, "The step took longer than its time limit and was stopped.", step);

    public static StepOutcome TooLarge(StepRun run, int step) =>
        Crashed(ErrorCodes.TooLarge, $"The steps took more memory than the {run.Megabytes} MB that an image of this size needs, and were stopped.", step);

    public static StepOutcome Nonsense(int step) => Crashed(ErrorCodes.Crashed, "The process that decoded the image answered with something that is no answer.", step);

    /// <summary>A death while a network worked on numbers: nothing of the image's bytes is read then.</summary>
    public static StepOutcome.Failed OfModel(StepOutcome.Crashed crashed, string model, bool mayTryAgain)
    {
        var name = model.Split('@')[0];
        var message = $"The model {name} cannot be used: while it worked, this happened: {crashed.Error.Error.Message}";
        return new StepOutcome.Failed(crashed.Error with { Error = new JobError(ErrorCodes.ModelUnusable, message, mayTryAgain) });
    }

    static StepOutcome.Crashed Crashed(string code, string message, int step) => new(new JobErrorDetail(new JobError(code, message, Retryable: true), step));
}
