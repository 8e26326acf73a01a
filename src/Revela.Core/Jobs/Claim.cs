using Revela.Core.Assets;

namespace Revela.Core.Jobs;

/// <summary>A worker's wish for work.</summary>
public sealed record ClaimRequest
{
    /// <summary>How many waiting jobs of a queue that this worker may not have are looked past in one claim. What lies behind waits for another worker.</summary>
    public const int LooksPast = 1000;

    public required string Worker { get; init; }

    /// <summary>Only these queues; null for all.</summary>
    public IReadOnlySet<string>? Queues { get; init; }

    /// <summary>Only this tenant's jobs; null for all.</summary>
    public string? Tenant { get; init; }

    /// <summary>Only jobs whose every step is among what the worker has on offer (<see cref="Pipelines.Offer"/>); null for all.</summary>
    public IReadOnlySet<string>? Offers { get; init; }

    /// <summary>Whether some waiting jobs are not for this worker.</summary>
    public bool IsChoosy => Tenant is not null || Offers is not null;

    /// <summary>Jobs this worker runs now, by queue: counted against the queue's concurrency per worker.</summary>
    public IReadOnlyDictionary<string, int> Running { get; init; } = new Dictionary<string, int>();

    /// <summary>Jobs at a time of a queue that sets no concurrency of its own.</summary>
    public int Slots { get; init; } = Environment.ProcessorCount;

    /// <summary>Leases that this worker knows it holds. A bench far from the store is handed what it holds besides once more.</summary>
    public IReadOnlyCollection<long> Held { get; init; } = [];

    /// <summary>Memory this worker has free. Jobs are taken in order while they fit; a worker that runs nothing takes its first job whatever its size.</summary>
    public int FreeMegabytes { get; init; } = int.MaxValue;

    /// <summary>At most so many jobs in this claim.</summary>
    public int Max { get; init; } = int.MaxValue;
    public required TimeSpan LeaseFor { get; init; }
}

/// <param name="NextDue">Where no job was claimed: when one may become claimable by time alone (schedule, retry, rate, gap); null if none will.</param>
public sealed record ClaimResult(IReadOnlyList<ClaimedJob> Jobs, DateTimeOffset? NextDue);

/// <summary>A job with the lease that proves who may write to it, and what earlier attempts left.</summary>
/// <param name="Job">As claimed: processing, this attempt counted.</param>
/// <param name="Input">The asset to develop; null when it was deleted since.</param>
/// <param name="Checkpoints">Finished checkpoints of earlier attempts, by step index.</param>
/// <param name="OutageSince">When the outage began that this job has been waiting out; null if none.</param>
public sealed record ClaimedJob(
    Job Job, long Lease, int Megabytes, Asset? Input, IReadOnlyList<Checkpoint> Checkpoints, DateTimeOffset? OutageSince);

/// <summary>The durable result of a step (and of all it depends on): never run again (law 4).</summary>
/// <param name="StepIndex">Index of the last step of its group.</param>
public sealed record Checkpoint(int StepIndex, StoredImage Image, IReadOnlyList<StepRecord> Steps, System.Text.Json.Nodes.JsonObject? Data);

/// <summary>Bytes that are durable under a key, with what they show.</summary>
public sealed record StoredImage(string ObjectKey, string ContentType, long Bytes, string Sha256, int Width, int Height, int Frames);

/// <summary>A running job's report, sent with each renewal.</summary>
public sealed record LeaseReport(Guid JobId, long Lease, double Progress, string? Step);

/// <summary>The store's word that a worker must stop a job.</summary>
public sealed record StopOrder(Guid JobId, long Lease, StopReason Reason);

public enum StopReason
{
    /// <summary>The lease ended or was taken: nothing this worker writes will be kept.</summary>
    LeaseLost,

    /// <summary>A person cancelled the job; let it go, and the store ends it as cancelled.</summary>
    CancelRequested,
}
