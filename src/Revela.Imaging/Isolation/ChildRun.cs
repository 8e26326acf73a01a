using Revela.Core.Pipelines;

namespace Revela.Imaging.Isolation;

/// <summary>How a run ended, seen from the parent: by an answer, or with the child.</summary>
abstract record ChildEnd
{
    public sealed record Replied(ChildReply Reply) : ChildEnd;

    public sealed record Died(ChildDeath Death) : ChildEnd;
}

/// <summary>A run that a child works at, seen from the parent.</summary>
sealed class ChildRun(long id, IProgress<StepProgress> progress)
{
    readonly TaskCompletionSource<ChildEnd> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Id { get; } = id;

    public Task<ChildEnd> Ended => ended.Task;

    /// <summary>The child has taken it: from here on its death is the image's doing.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>The network that works now; its death, hunger or hang is not the image's doing.</summary>
    public string? Blame { get; private set; }

    /// <summary>How often a network began or ended its work.</summary>
    public int Turns { get; private set; }

    /// <summary>Index inside the run of the step that was last heard of.</summary>
    public int StepIndex { get; private set; }

    public void Hear(ChildReply reply)
    {
        if (reply.Kind == ChildReply.Begun) HasBegun = true;
        else if (reply.Kind == ChildReply.Progress) Advance(reply);
        else End(new ChildEnd.Replied(reply));
    }

    public void End(ChildEnd end) => ended.TrySetResult(end);

    void Advance(ChildReply reply)
    {
        StepIndex = Math.Max(0, reply.StepIndex);
        if (Blame != reply.Blame) (Blame, Turns) = (reply.Blame, Turns + 1);
        progress.Report(new StepProgress(StepIndex, Math.Clamp(reply.Fraction, 0, 1)));
    }
}
