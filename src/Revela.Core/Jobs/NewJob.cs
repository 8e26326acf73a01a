using System.Text.Json.Nodes;
using Revela.Core.Items;
using Revela.Core.Pipelines;

namespace Revela.Core.Jobs;

/// <summary>A job on its way into the store, complete and checked.</summary>
public sealed record NewJob
{
    public required Guid Id { get; init; }
    public required string Tenant { get; init; }
    public required string Queue { get; init; }
    public required Pipeline Pipeline { get; init; }

    /// <summary>The input; its row is durable already.</summary>
    public required Guid AssetId { get; init; }

    /// <summary>
    /// hash(input bytes) + hash(normalised steps + engine versions): identical work is shared (law 6).
    /// Null when the work must be done anew (<c>fresh</c>, or an operation that is not deterministic).
    /// </summary>
    public string? ContentKey { get; init; }
    public int Priority { get; init; }
    public DateTimeOffset? RunAt { get; init; }
    public Guid? ItemId { get; init; }

    /// <summary>Made with the job, in its transaction; its id is <see cref="ItemId"/>.</summary>
    public Item? NewItem { get; init; }

    /// <summary>Whether the job is left out while the item has one that has not ended: that one is the answer then. Not for jobs of a batch.</summary>
    public bool OnlyIfItemIsIdle { get; init; }
    public JsonObject? Metadata { get; init; }
    public IReadOnlyList<string> Tags { get; init; } = [];
    public Parked? Parked { get; init; }

    /// <summary>Peak memory of the attempt, computed from the image header, in megabytes (law 8).</summary>
    public int Megabytes { get; init; } = 1;

    /// <summary>Estimated work, in any unit common to all jobs: what fairness between tenants is counted in.</summary>
    public double Cost { get; init; } = 1;
}

/// <summary>Jobs that are accepted or refused as a whole, in one transaction.</summary>
public sealed record NewSubmission
{
    public required IReadOnlyList<NewJob> Jobs { get; init; }

    /// <summary>Makes a batch of these jobs.</summary>
    public NewBatch? Batch { get; init; }

    /// <summary>The caller's key for this request; a repeat answers with the first one's jobs.</summary>
    public Idempotency? Idempotency { get; init; }

    /// <summary>Jobs that may wait in the store before this one; above it the submission is refused as <c>busy</c>.</summary>
    public long MaxWaiting { get; init; } = long.MaxValue;
}

public sealed record NewBatch(Guid Id, string Tenant, string? Name);

/// <param name="Fingerprint">Hash of all that the request asks for; a repeat with another one is refused.</param>
public sealed record Idempotency(string Tenant, string Key, string Fingerprint);

public enum SubmissionKind
{
    /// <summary>New work, waiting in its queue.</summary>
    Enqueued,

    /// <summary>Shares the run of an identical job in flight.</summary>
    Joined,

    /// <summary>Answered at once from an identical finished job.</summary>
    Reused,

    /// <summary>The same request was sent before: this is its job.</summary>
    Replayed,

    /// <summary>Its item has a job that has not ended: this is that one, and nothing was enqueued.</summary>
    AlreadyOpen,
}

/// <summary>What became of one submitted job. With <see cref="SubmissionKind.Replayed"/> and <see cref="SubmissionKind.AlreadyOpen"/> the id is the earlier job's.</summary>
public sealed record Submitted(Guid JobId, long Seq, SubmissionKind Kind, Guid? BatchId = null);
