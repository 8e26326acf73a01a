namespace Revela.Core.Ledger;

/// <summary>
/// The counters of a queue, kept in the same transactions as the jobs, so that they hold after rows are deleted (law 9).
/// </summary>
public sealed record QueueLedger(string Queue, long Accepted, long Completed, long Failed, long Cancelled, long Pending, long Processing)
{
    /// <summary>Waiting with <c>run_at</c> ahead; part of <see cref="Pending"/>.</summary>
    public long Delayed { get; init; }

    /// <summary>Waiting for money, quota or a person; part of <see cref="Pending"/>.</summary>
    public long Parked { get; init; }

    /// <summary>Of those that ended, how many have been deleted since; the rest can be listed.</summary>
    public long PrunedCompleted { get; init; }
    public long PrunedFailed { get; init; }
    public long PrunedCancelled { get; init; }

    public bool AddsUp => Accepted == Completed + Failed + Cancelled + Pending + Processing;
}
