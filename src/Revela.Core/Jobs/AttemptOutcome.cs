using System.Text.Json.Nodes;

namespace Revela.Core.Jobs;

/// <summary>How an attempt went, as its worker saw it. What becomes of the job is for the side of the store to say.</summary>
public abstract record AttemptOutcome
{
    /// <summary>Every step is done.</summary>
    /// <param name="Images">What is to be published, by the step that made it; durable already (law 1).</param>
    public sealed record Done(IReadOnlyList<MadeImage> Images, JsonObject? Data) : AttemptOutcome;

    /// <summary>The run said no in an orderly way, or took too long.</summary>
    public sealed record Erred(JobError Error) : AttemptOutcome;

    /// <summary>The decoding child died, hung or outgrew its memory: counts against the input (law 7).</summary>
    public sealed record Crashed(JobError Error) : AttemptOutcome;

    /// <summary>Something outside is away, which says nothing about the image (law 7).</summary>
    public sealed record HeldUp(JobError Error) : AttemptOutcome;

    /// <summary>The job must wait for money, quota or a person.</summary>
    public sealed record Halted(Parked Why) : AttemptOutcome;

    /// <summary>The worker let the job go: it was ordered to, or it is stopping itself.</summary>
    public sealed record Stopped : AttemptOutcome;
}

/// <param name="StepIndex">Index of the last step of the group that made it.</param>
public sealed record MadeImage(int StepIndex, StoredImage Image);

/// <summary>The last word of a worker on a job it holds.</summary>
/// <param name="Steps">How each step went that was begun, and those whose checkpoint was there.</param>
public sealed record AttemptReport(ClaimedJob Claimed, AttemptOutcome Outcome, IReadOnlyList<StepRecord> Steps);
