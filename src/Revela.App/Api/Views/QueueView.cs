using System.Text.Json.Serialization;
using Revela.Core.Ledger;
using Revela.Core.Queues;

namespace Revela.App.Api.Views;

/// <summary>A queue's settings and counters.</summary>
/// <param name="Concurrency">Jobs at a time in one worker; null for the worker's own number of slots.</param>
/// <param name="GlobalLimit">Jobs at a time in the whole fleet; null for no limit.</param>
/// <param name="RateLimit">Jobs begun per rate period in the whole fleet; null for no limit.</param>
/// <param name="KeepCompleted">Finished jobs kept, newest first; null keeps all.</param>
/// <param name="KeepForSeconds">How long finished jobs are kept; null for ever.</param>
public sealed record QueueView(
    string Name, bool Paused,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Concurrency,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? GlobalLimit,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? RateLimit,
    double RatePeriodSeconds, double MinGapSeconds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? KeepCompleted,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? KeepFailed,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? KeepForSeconds,
    QueueCounts Counts)
{
    public static QueueView Of(Queue queue, QueueLedger? ledger) => new(
        queue.Name, queue.Paused, queue.Concurrency, queue.GlobalLimit, queue.RateLimit, queue.RatePeriod.TotalSeconds, queue.MinGap.TotalSeconds,
        queue.KeepCompleted, queue.KeepFailed, queue.KeepFor?.TotalSeconds, QueueCounts.Of(ledger));
}

/// <summary>The ledger: accepted = completed + failed + cancelled + pending + processing. Delayed and parked are part of pending.</summary>
public sealed record QueueCounts(long Accepted, long Completed, long Failed, long Cancelled, long Pending, long Processing, long Delayed, long Parked)
{
    /// <summary>Jobs that run or wait for nothing but a worker: what a fleet is sized by.</summary>
    public long Runnable => Processing + Pending - Delayed - Parked;

    public static QueueCounts Of(QueueLedger? ledger) => ledger is null
        ? new(0, 0, 0, 0, 0, 0, 0, 0)
        : new(ledger.Accepted, ledger.Completed, ledger.Failed, ledger.Cancelled, ledger.Pending, ledger.Processing, ledger.Delayed, ledger.Parked);

    public static QueueCounts Sum(IEnumerable<QueueLedger> ledgers) => ledgers.Aggregate(
        Of(null),
        (sum, l) => new(
            sum.Accepted + l.Accepted, sum.Completed + l.Completed, sum.Failed + l.Failed, sum.Cancelled + l.Cancelled,
            sum.Pending + l.Pending, sum.Processing + l.Processing, sum.Delayed + l.Delayed, sum.Parked + l.Parked));
}

/// <summary>All queues, by name.</summary>
public sealed record QueueList(IReadOnlyList<QueueView> Queues);

/// <summary>How many rows went.</summary>
public sealed record Deleted(int Count);
