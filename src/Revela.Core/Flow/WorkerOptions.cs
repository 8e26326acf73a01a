namespace Revela.Core.Flow;

/// <summary>How a worker process works.</summary>
public sealed record WorkerOptions
{
    /// <summary>Whether this process develops images besides accepting them.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Only these queues; none for all.</summary>
    public IReadOnlyList<string> Queues { get; init; } = [];

    /// <summary>Jobs at a time in this process, over all queues; null for what the queues and the memory allow.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Jobs at a time of a queue that sets no concurrency of its own. One more than processors: while one waits for the disk, another computes.</summary>
    public int Slots { get; init; } = Environment.ProcessorCount + 1;

    /// <summary>Whether the worker ends once nothing is left for it to do, now or by time alone.</summary>
    public bool Drain { get; init; }

    /// <summary>Memory that running jobs may be admitted to, together, in megabytes.</summary>
    public int Megabytes { get; init; } = (int)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 / (1024 * 1024));

    /// <summary>15–30 s: how long a dead worker's job stays untouched.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a stopping worker lets running jobs finish before it gives them back.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Crashes of the decoding child after which a job fails and its input is quarantined.</summary>
    public int MaxCrashes { get; init; } = 2;

    /// <summary>Deaths of whole workers after which a job fails as <c>lost</c>.</summary>
    public int MaxLosses { get; init; } = 20;

    /// <summary>How often the jobs of dead workers are looked for.</summary>
    public TimeSpan RescueEvery { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often retention is applied.</summary>
    public TimeSpan CleanEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>An object that no row names is an orphan once it is this old; longer than any attempt lasts.</summary>
    public TimeSpan OrphanAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How often orphans are looked for.</summary>
    public TimeSpan SweepEvery { get; init; } = TimeSpan.FromHours(6);

    /// <summary>How long events can be read.</summary>
    public TimeSpan KeepEvents { get; init; } = TimeSpan.FromDays(7);

    public IEnumerable<string> Mistakes()
    {
        if (Slots < 1) yield return "worker.slots must be at least 1.";
        if (Concurrency is < 1) yield return "worker.concurrency must be at least 1.";
        if (Megabytes < 1) yield return "worker.megabytes must be at least 1.";
        if (Lease < TimeSpan.FromSeconds(15) || Lease > TimeSpan.FromSeconds(30)) yield return "worker.lease must be between 15 and 30 seconds.";
        if (StopGrace < TimeSpan.Zero || StopGrace > TimeSpan.FromMinutes(1)) yield return "worker.stop_grace must be between 0 seconds and 1 minute.";
        if (MaxCrashes < 1 || MaxLosses < 1) yield return "worker.max_crashes and worker.max_losses must be at least 1.";
        if (new[] { RescueEvery, CleanEvery, SweepEvery }.Any(every => every < TimeSpan.FromMilliseconds(100) || every > TimeSpan.FromDays(1)))
            yield return "worker.rescue_every, worker.clean_every and worker.sweep_every must be between 100 milliseconds and 1 day.";
        if (OrphanAge < TimeSpan.FromMinutes(10)) yield return "worker.orphan_age must be at least 10 minutes: a younger object may still get its row.";
        if (KeepEvents < TimeSpan.FromMinutes(1)) yield return "worker.keep_events must be at least 1 minute.";
    }
}
