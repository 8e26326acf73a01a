using System.Text.Json.Serialization;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.Imaging.Isolation;

/// <summary>What the parent asks of a child.</summary>
/// <param name="Id">Of the run, chosen by the parent; every reply about it repeats it.</param>
/// <param name="MemoryWall">Bytes that the run may ask of the system before its allocations fail; 0 for no wall.</param>
sealed record ChildRequest(string Kind, long Id, StepRun? Run = null, long MemoryWall = 0)
{
    public const string Develop = "develop";
    public const string Cancel = "cancel";
}

/// <summary>What a child says. For each run: <see cref="Begun"/>, any number of <see cref="Progress"/>, then exactly one of the others.</summary>
/// <param name="Result">With <see cref="Developed"/>.</param>
/// <param name="Sight">With <see cref="Looked"/>.</param>
/// <param name="Error">With <see cref="Failed"/> and <see cref="Outage"/>.</param>
/// <param name="StepIndex">With <see cref="Progress"/> and <see cref="Failed"/>: index inside the run.</param>
/// <param name="Detail">For the parent's log, never for clients.</param>
/// <param name="Blame">With <see cref="Progress"/>: the network that works from now on.</param>
/// <param name="Reckoned">With <see cref="Developed"/> and <see cref="Looked"/>: megabytes of the run from the image's header.</param>
/// <param name="Taken">With <see cref="Developed"/> and <see cref="Looked"/>: megabytes that the run took at its peak, what the child had kept for it included; 0 when unknown.</param>
/// <param name="HeldMegabytes">With the last reply of a run: what the child keeps on purpose for its next runs.</param>
sealed record ChildReply(
    string Kind, long Id, StepOutcome.Developed? Result = null, JobError? Error = null, int StepIndex = 0, double Fraction = 0, string? Detail = null,
    string? Blame = null, int HeldMegabytes = 0, int Reckoned = 0, int Taken = 0, StepOutcome.Seen? Sight = null)
{
    /// <summary>The first message of a child: it can take runs.</summary>
    public const string Ready = "ready";
    public const string Begun = "begun";
    public const string Progress = "progress";
    public const string Developed = "developed";
    public const string Looked = "looked";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";
    public const string OutOfMemory = "out-of-memory";
    public const string Outage = "outage";

    [JsonIgnore]
    public bool IsSuccess => Kind is Developed or Looked;
}
