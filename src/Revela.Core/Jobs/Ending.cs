using System.Text.Json.Nodes;
using Revela.Core.Assets;

namespace Revela.Core.Jobs;

/// <summary>How an attempt ended, and so what the store does with its job.</summary>
public abstract record Ending
{
    /// <summary>Done: outputs become visible together with the event (law 5).</summary>
    /// <param name="Likeness">Of the job's input, where the job found it out; kept with its asset.</param>
    public sealed record Completed(IReadOnlyList<NewOutput> Outputs, JsonObject? Data, Likeness? Likeness = null) : Ending;

    /// <summary>Final failure.</summary>
    /// <param name="QuarantineSha256">Hash of the input to refuse from now on; null when the input is not to blame.</param>
    public sealed record Failed(JobError Error, bool Crash = false, string? QuarantineSha256 = null) : Ending;

    /// <summary>Another try at a time. The attempt counts; a crash counts as a crash besides.</summary>
    public sealed record RetryAt(DateTimeOffset At, JobError Error, bool Crash = false) : Ending;

    /// <summary>Something outside is away: wait, and count no attempt (law 7).</summary>
    public sealed record WaitUntil(DateTimeOffset At, JobError Error) : Ending;

    /// <summary>Wait for money, quota or a person; counts no attempt.</summary>
    public sealed record Park(Parked Reason) : Ending;

    /// <summary>The worker stops: back to the head of its queue, no attempt counted.</summary>
    public sealed record GivenBack : Ending;

    public sealed record Cancelled : Ending;
}

/// <summary>A picture to publish; its bytes are durable already (law 1).</summary>
/// <param name="AssetId">Id of the asset row that the commit makes.</param>
public sealed record NewOutput(Guid AssetId, string? Name, int StepIndex, StoredImage Image);

/// <summary>The last word of a worker on a job it holds.</summary>
/// <param name="Remember">Whether it is noted for a day that this lease was settled, so that a repeat whose first answer was lost can be told from a late worker.</param>
public sealed record Settlement(Guid JobId, long Lease, Ending Ending, IReadOnlyList<StepRecord> Steps, bool Remember = false);
