namespace Revela.Imaging.Isolation;

/// <summary>How children are started, bounded and renewed.</summary>
public sealed record ChildPoolOptions
{
    /// <summary>Wall-clock limit of one run, all its fused steps together; the seconds of its <c>pause</c> steps are added.</summary>
    public TimeSpan StepTimeLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What a run may take beyond its admitted megabytes, in megabytes.</summary>
    public int MemoryMargin { get; init; } = 64;

    /// <summary>How often a child that works is looked at. A runaway decoder touches about 2 MB a millisecond.</summary>
    public TimeSpan WatchEvery { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>From the request to stop to the kill.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a child may take to say that it is ready.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>0–19. Decoding at normal priority starves the doors on few cores.</summary>
    public int Nice { get; init; } = 10;

    /// <summary>A child that nobody needed for so long is ended.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Idle children that are kept all the same.</summary>
    public int Spares { get; init; }

    /// <summary>A child is replaced after so many runs.</summary>
    public int RunsPerChild { get; init; } = 5000;

    /// <summary>A child that still holds more memory of its own after a run is replaced; megabytes.</summary>
    public int KeepBelow { get; init; } = 150;

    public void Validate(ICollection<string> mistakes)
    {
        if (StepTimeLimit <= TimeSpan.Zero) mistakes.Add("the time limit of a step must be more than nothing");
        if (MemoryMargin < 0) mistakes.Add("the memory margin cannot be negative");
        if (WatchEvery < TimeSpan.FromMilliseconds(1)) mistakes.Add("children cannot be watched more often than each millisecond");
        if (StopGrace < TimeSpan.Zero) mistakes.Add("the grace before a kill cannot be negative");
        if (StartLimit <= TimeSpan.Zero) mistakes.Add("the start limit of a child must be more than nothing");
        if (Nice is < 0 or > 19) mistakes.Add("nice goes from 0 to 19");
        if (IdleTime <= TimeSpan.Zero) mistakes.Add("the idle time of a child must be more than nothing");
        if (Spares < 0) mistakes.Add("the number of spare children cannot be negative");
        if (RunsPerChild < 1) mistakes.Add("a child must do at least one run");
        if (KeepBelow < 1) mistakes.Add("the memory that a child may keep must be at least 1 MB");
    }
}
