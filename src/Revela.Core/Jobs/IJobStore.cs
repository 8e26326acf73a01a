using Revela.Core.Ledger;

namespace Revela.Core.Jobs;

/// <summary>
/// What a worker may do: every write carries the lease and changes no row once the lease is gone (law 3).
/// Calls may be made from many tasks at once; adapters share commits between them.
/// </summary>
public interface IWorkSource
{
    /// <summary>
    /// Leases waiting jobs in order: priority, then fair across tenants, then first in first out.
    /// Honours pause, concurrency per worker, the global limit, rate and gap of each queue, and gives nothing to a worker that drains. Lease ids only ever grow.
    /// </summary>
    Task<ClaimResult> Claim(ClaimRequest request, CancellationToken cancel);

    /// <summary>Extends the leases and writes progress; says which of them must stop.</summary>
    Task<IReadOnlyList<StopOrder>> Renew(IReadOnlyList<LeaseReport> reports, TimeSpan leaseFor, CancellationToken cancel);

    /// <summary>Keeps a finished checkpoint. False: the lease is gone, nothing was written.</summary>
    Task<bool> SaveCheckpoint(Guid jobId, long lease, Checkpoint checkpoint, CancellationToken cancel);

    /// <summary>Ends an attempt: state, outputs, assets, batch, item, followers, counters and events in one transaction. False: stale, nothing was written.</summary>
    Task<bool> Settle(Settlement settlement, CancellationToken cancel);

    /// <summary>The job under this lease, as it was claimed and with the checkpoints kept since; null once the lease is gone.</summary>
    Task<ClaimedJob?> FindHeld(Guid jobId, long lease, CancellationToken cancel);

    /// <summary>All that a worker holds, by lease.</summary>
    Task<IReadOnlyList<ClaimedJob>> ListHeld(string worker, CancellationToken cancel);

    /// <summary>Whether this lease was settled with <see cref="Settlement.Remember"/>; known for a day.</summary>
    Task<bool> WasSettled(Guid jobId, long lease, CancellationToken cancel);

    /// <summary>Why this input is refused; null when it is not.</summary>
    Task<JobError?> FindQuarantine(string tenant, string sha256, CancellationToken cancel);
}

/// <summary>Every job, waiting, running and finished. One conformance suite proves each adapter (law 10).</summary>
public interface IJobStore : IWorkSource
{
    /// <summary>Durable when the task completes (law 2). All jobs or none; answers in the order given.</summary>
    Task<IReadOnlyList<Submitted>> Submit(NewSubmission submission, CancellationToken cancel);

    Task<Job?> Get(string tenant, Guid jobId, CancellationToken cancel);

    /// <summary>By its number, for applications that know jobs by one.</summary>
    Task<Job?> Find(string tenant, long seq, CancellationToken cancel);

    Task<Page<Job>> List(JobQuery query, CancellationToken cancel);

    /// <summary>What a tenant's job keeps of steps that are finished, by step index; nothing once it has completed.</summary>
    Task<IReadOnlyList<Checkpoint>> ListCheckpoints(string tenant, Guid jobId, CancellationToken cancel);

    Task<Batch?> GetBatch(string tenant, Guid batchId, CancellationToken cancel);

    Task<Page<Batch>> ListBatches(string tenant, string? cursor, int limit, CancellationToken cancel);

    /// <summary>Cancels a waiting job at once and asks a running one's worker to stop. The state after the call; null when unknown.</summary>
    Task<JobState?> Cancel(string tenant, Guid jobId, CancellationToken cancel);

    /// <summary>
    /// Puts a failed or cancelled job back with fresh attempts (its checkpoints stay), and frees a parked one. A call of it that may have been
    /// paid for is written off, and made again. The state after the call; null when unknown.
    /// </summary>
    Task<JobState?> Retry(string tenant, Guid jobId, CancellationToken cancel);

    /// <summary>How many of a tenant's jobs wait for each reason of <see cref="ParkCodes.All"/>, none of them counted beyond <paramref name="most"/>.</summary>
    Task<IReadOnlyDictionary<string, int>> CountParked(string tenant, int most, CancellationToken cancel);

    /// <summary>Frees parked jobs that match the code (and the queue, when given), as <see cref="Retry"/> does. How many.</summary>
    Task<int> Unpark(string code, string? queue, CancellationToken cancel);

    /// <summary>
    /// Takes back jobs whose lease ended: compares the lease it saw, counts a loss, and fails a job as <c>lost</c> above the limit.
    /// </summary>
    Task<int> Rescue(int maxLosses, CancellationToken cancel);

    /// <summary>Ends all leases of a worker that is known to be dead, so that the next <see cref="Rescue"/> takes them. How many.</summary>
    Task<int> ExpireLeases(string worker, CancellationToken cancel);

    /// <summary>
    /// Deletes finished jobs beyond their queue's retention, or, for a clean by hand, those finished before a time.
    /// Rows go in one transaction that also notes the objects whose last row went (see <see cref="Assets.IAssetStore.Doomed"/>). How many jobs went; at most <paramref name="limit"/>.
    /// </summary>
    Task<int> Prune(PruneRequest request, int limit, CancellationToken cancel);

    /// <summary>Deletes those of a tenant's jobs that have ended, as <see cref="Prune"/> does; the others stay as they are. How many went.</summary>
    Task<int> Delete(string tenant, IReadOnlyCollection<Guid> jobIds, CancellationToken cancel);

    Task<IReadOnlyList<QueueLedger>> Ledger(CancellationToken cancel);

    /// <summary>The same numbers by counting rows; only for proofs and <c>revela verify</c>.</summary>
    Task<IReadOnlyList<QueueLedger>> CountLedger(CancellationToken cancel);

    /// <summary>A tenant's inputs that are refused, newest first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<QuarantinedInput>> ListQuarantine(string tenant, int limit, CancellationToken cancel);

    /// <summary>Lets an input be tried again. False when it was not quarantined.</summary>
    Task<bool> ReleaseQuarantine(string tenant, string sha256, CancellationToken cancel);
}

/// <summary>An input that is refused because it has ended the decoder.</summary>
/// <param name="AssetId">A picture of these bytes; null when none is kept any more.</param>
public sealed record QuarantinedInput(string Sha256, JobError Reason, DateTimeOffset At, Guid? AssetId);

/// <param name="Queue">Only this queue; null for all.</param>
/// <param name="FinishedBefore">Everything finished before; null to apply each queue's own retention.</param>
/// <param name="States">Only these final states; null for all.</param>
/// <param name="Tenant">Only this tenant's, of those finished before a time; null for all.</param>
public sealed record PruneRequest(string? Queue = null, DateTimeOffset? FinishedBefore = null, IReadOnlyList<JobState>? States = null, string? Tenant = null);

/// <summary>A page of a listing, newest first.</summary>
/// <param name="Next">Cursor of the next page; null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

public sealed record JobQuery
{
    public required string Tenant { get; init; }
    public IReadOnlyList<JobState>? States { get; init; }
    public string? Queue { get; init; }
    public string? Pipeline { get; init; }
    public Guid? BatchId { get; init; }
    public Guid? AssetId { get; init; }
    public string? Tag { get; init; }

    /// <summary>Only parked jobs.</summary>
    public bool? Parked { get; init; }

    /// <summary>Only jobs that are parked for this reason: one of <see cref="ParkCodes"/>.</summary>
    public string? ParkedFor { get; init; }

    /// <summary>Only delayed jobs.</summary>
    public bool? Delayed { get; init; }

    /// <summary>Finds jobs by id, file name, metadata or error text.</summary>
    public string? Search { get; init; }
    public string? Cursor { get; init; }

    /// <summary>From the other end, without a cursor and without a next page: for whatever has waited longest.</summary>
    public bool OldestFirst { get; init; }

    /// <summary>Passes over so many, for clients that count pages by rows; a cursor is faster.</summary>
    public int Offset { get; init; }

    /// <summary>1–500.</summary>
    public int Limit { get; init; } = 50;
}
