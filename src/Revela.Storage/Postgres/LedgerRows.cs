using Revela.Core.Ledger;

namespace Revela.Storage.Postgres;

/// <summary>What a transaction changes in the counters of a queue (law 9).</summary>
readonly record struct Tally
{
    public long Accepted { get; init; }
    public long Completed { get; init; }
    public long Failed { get; init; }
    public long Cancelled { get; init; }
    public long Pending { get; init; }
    public long Processing { get; init; }
    public long Delayed { get; init; }
    public long Parked { get; init; }
    public long WaitingBytes { get; init; }
    public long PrunedCompleted { get; init; }
    public long PrunedFailed { get; init; }
    public long PrunedCancelled { get; init; }

    /// <summary>The start tag of the job claimed last: where a tenant that comes anew joins the line (start-time fair queueing). It only grows.</summary>
    public double VirtualTime { get; init; }

    /// <summary>When an attempt ended last; null: none did.</summary>
    public DateTimeOffset? LastEnd { get; init; }

    public static Tally operator +(Tally a, Tally b) => new()
    {
        Accepted = a.Accepted + b.Accepted,
        Completed = a.Completed + b.Completed,
        Failed = a.Failed + b.Failed,
        Cancelled = a.Cancelled + b.Cancelled,
        Pending = a.Pending + b.Pending,
        Processing = a.Processing + b.Processing,
        Delayed = a.Delayed + b.Delayed,
        Parked = a.Parked + b.Parked,
        WaitingBytes = a.WaitingBytes + b.WaitingBytes,
        PrunedCompleted = a.PrunedCompleted + b.PrunedCompleted,
        PrunedFailed = a.PrunedFailed + b.PrunedFailed,
        PrunedCancelled = a.PrunedCancelled + b.PrunedCancelled,
        VirtualTime = Math.Max(a.VirtualTime, b.VirtualTime),
        LastEnd = b.LastEnd ?? a.LastEnd,
    };
}

/// <summary>The ledger as it is kept, and the same by counting rows.</summary>
static class LedgerRows
{
    const string Columns = """
        queue, accepted, completed, failed, cancelled, pending, processing, delayed, parked, waiting_bytes,
        pruned_completed, pruned_failed, pruned_cancelled, virtual_time, last_start, last_end
        """;

    const string Sums = """
        queue, sum(accepted), sum(completed), sum(failed), sum(cancelled), sum(pending), sum(processing), sum(delayed), sum(parked), sum(waiting_bytes),
        sum(pruned_completed), sum(pruned_failed), sum(pruned_cancelled), max(virtual_time), max(last_start), max(last_end)
        """;

    /// <summary>Makes one row of many for each queue.</summary>
    public const string SumUp = $"""
        WITH gone AS (
            DELETE FROM revela.ledger WHERE ctid = ANY(ARRAY(SELECT ctid FROM revela.ledger FOR UPDATE SKIP LOCKED)) RETURNING *
        )
        INSERT INTO revela.ledger ({Columns}) SELECT {Sums} FROM gone GROUP BY queue
        """;

    public static async Task<IReadOnlyList<QueueLedger>> Kept(Transaction db) => await db.Query(Sql.Of("""
        SELECT q.name, COALESCE(sum(accepted), 0)::bigint, COALESCE(sum(completed), 0)::bigint, COALESCE(sum(failed), 0)::bigint,
            COALESCE(sum(cancelled), 0)::bigint, COALESCE(sum(pending), 0)::bigint, COALESCE(sum(processing), 0)::bigint,
            COALESCE(sum(delayed), 0)::bigint, COALESCE(sum(parked), 0)::bigint,
            COALESCE(sum(pruned_completed), 0)::bigint, COALESCE(sum(pruned_failed), 0)::bigint, COALESCE(sum(pruned_cancelled), 0)::bigint
        FROM revela.queues q LEFT JOIN revela.ledger l ON l.queue = q.name GROUP BY q.name ORDER BY q.name
        """), Read).ConfigureAwait(false);

    // One statement, so that all of it is counted at one moment.
    public static async Task<IReadOnlyList<QueueLedger>> Counted(Transaction db) => await db.Query(Sql.Of("""
        WITH pruned AS (
            SELECT queue, sum(pruned_completed)::bigint AS completed, sum(pruned_failed)::bigint AS failed, sum(pruned_cancelled)::bigint AS cancelled
            FROM revela.ledger GROUP BY queue
        ), record AS (SELECT queue, count(*) AS n FROM revela.jobs GROUP BY queue),
        ended AS (
            SELECT queue, count(*) FILTER (WHERE state = 2) AS completed, count(*) FILTER (WHERE state = 3) AS failed, count(*) FILTER (WHERE state = 4) AS cancelled
            FROM revela.endings GROUP BY queue
        ), waits AS (
            SELECT queue, count(*) AS n, count(*) FILTER (WHERE gate = 1) AS delayed, count(*) FILTER (WHERE gate = 2) AS parked FROM revela.ready GROUP BY queue
        ), runs AS (SELECT queue, count(*) AS n FROM revela.leases GROUP BY queue)
        SELECT q.name, COALESCE(record.n, 0) + COALESCE(p.completed + p.failed + p.cancelled, 0),
            COALESCE(e.completed, 0) + COALESCE(p.completed, 0), COALESCE(e.failed, 0) + COALESCE(p.failed, 0), COALESCE(e.cancelled, 0) + COALESCE(p.cancelled, 0),
            COALESCE(w.n, 0), COALESCE(runs.n, 0), COALESCE(w.delayed, 0), COALESCE(w.parked, 0),
            COALESCE(p.completed, 0), COALESCE(p.failed, 0), COALESCE(p.cancelled, 0)
        FROM revela.queues q LEFT JOIN pruned p ON p.queue = q.name LEFT JOIN record ON record.queue = q.name LEFT JOIN ended e ON e.queue = q.name
            LEFT JOIN waits w ON w.queue = q.name LEFT JOIN runs ON runs.queue = q.name
        ORDER BY q.name
        """), Read).ConfigureAwait(false);

    public static async Task<long> Waiting(Transaction db) =>
        (await db.Query(Sql.Of("SELECT COALESCE(sum(pending), 0)::bigint FROM revela.ledger"), row => row.Long()).ConfigureAwait(false))[0];

    public static async Task<long> WaitingBytes(Transaction db) =>
        (await db.Query(Sql.Of("SELECT COALESCE(sum(waiting_bytes), 0)::bigint FROM revela.ledger"), row => row.Long()).ConfigureAwait(false))[0];

    static QueueLedger Read(Row row) =>
        new(row.Text(), row.Long(), row.Long(), row.Long(), row.Long(), row.Long(), row.Long())
        {
            Delayed = row.Long(),
            Parked = row.Long(),
            PrunedCompleted = row.Long(),
            PrunedFailed = row.Long(),
            PrunedCancelled = row.Long(),
        };
}
