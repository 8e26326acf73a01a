namespace Revela.Core.Flow;

/// <summary>How a worker process works.</summary>
public sealed record WorkerOptions
{
    /// <summary>Only these queues; null for all.</summary>
    public IReadOnlySet<string>? Queues { get; init; }

    /// <summary>Memory that running jobs may be admitted to, together, in megabytes; a quarter of the machine by default.</summary>
    public int Megabytes { get; init; } = (int)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 / (1024 * 1024));

    /// <summary>15–30 s: how long a dead worker's job stays untouched.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a stopping worker lets running jobs finish before it gives them back.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Crashes of the decoding child after which a job fails and its input is quarantined.</summary>
    public int MaxCrashes { get; init; } = 2;

    /// <summary>Deaths of whole workers after which a job fails as <c>lost</c>.</summary>
    public int MaxLosses { get; init; } = 20;
    public TimeSpan RescueEvery { get; init; } = TimeSpan.FromSeconds(3);
    public TimeSpan CleanEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>An object that no row names is an orphan once it is this old; longer than any attempt lasts.</summary>
    public TimeSpan OrphanAge { get; init; } = TimeSpan.FromHours(1);
    public TimeSpan SweepEvery { get; init; } = TimeSpan.FromHours(6);
    public TimeSpan KeepEvents { get; init; } = TimeSpan.FromDays(7);
}
