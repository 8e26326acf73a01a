using Revela.Core.Ledger;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>The ledger as it is kept, and the same by counting rows (law 9).</summary>
static class LedgerRows
{
    public static List<QueueLedger> Kept(Connection db) => Lines(db).ConvertAll(line => line.ToLedger());

    public static List<QueueLedger> Counted(Connection db)
    {
        var counted = new List<QueueLedger>();
        foreach (var line in Lines(db))
        {
            var sum = new LineState
            {
                Accepted = Count(db, "SELECT COUNT(*) FROM jobs WHERE queue = ?", line.Name) + line.Now.PrunedCompleted + line.Now.PrunedFailed + line.Now.PrunedCancelled,
                Completed = Count(db, "SELECT COUNT(*) FROM endings WHERE queue = ? AND state = 2", line.Name) + line.Now.PrunedCompleted,
                Failed = Count(db, "SELECT COUNT(*) FROM endings WHERE queue = ? AND state = 3", line.Name) + line.Now.PrunedFailed,
                Cancelled = Count(db, "SELECT COUNT(*) FROM endings WHERE queue = ? AND state = 4", line.Name) + line.Now.PrunedCancelled,
                Pending = Count(db, "SELECT COUNT(*) FROM ready WHERE queue = ?", line.Name),
                Processing = Count(db, "SELECT COUNT(*) FROM leases WHERE queue = ?", line.Name),
                Delayed = Count(db, "SELECT COUNT(*) FROM ready WHERE queue = ? AND gate = 1", line.Name),
                Parked = Count(db, "SELECT COUNT(*) FROM ready WHERE queue = ? AND gate = 2", line.Name),
                PrunedCompleted = line.Now.PrunedCompleted,
                PrunedFailed = line.Now.PrunedFailed,
                PrunedCancelled = line.Now.PrunedCancelled,
            };
            counted.Add(sum.ToLedger(line.Name));
        }
        return counted;
    }

    public static long WaitingBytes(Connection db)
    {
        using var query = db.Use("SELECT COALESCE(SUM(waiting_bytes), 0) FROM queues");
        return query.Number();
    }

    static List<QueueLine> Lines(Connection db)
    {
        using var query = db.Use(QueueRows.SelectAll);
        var lines = new List<QueueLine>();
        while (query.Step()) lines.Add(QueueRows.Read(query));
        return lines;
    }

    static long Count(Connection db, string sql, string queue)
    {
        using var query = db.Use(sql);
        return query.Bind(queue).Number();
    }
}
