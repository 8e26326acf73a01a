using Revela.Core.Jobs;
using Revela.Core.Queues;
using Revela.Storage.Sqlite.Calls;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>What a person orders: cancel, retry, free a parked job.</summary>
static class Ordering
{
    public static JobState? Cancel(WriteTransaction tx, string tenant, Guid id)
    {
        if (JobHead.Find(tx.Db, tenant, id) is not { } job) return null;
        if (ReadyRows.Take(tx, job) is { } waiting)
        {
            Guid? leader = waiting.Follows is { } seq ? JobHead.Get(tx.Db, seq).Id : null;
            Finishing.Cancel(tx, job, waiting.Carried, 0, leader);
            return JobState.Cancelled;
        }
        using (var update = tx.Db.Use("UPDATE leases SET cancel_requested = 1 WHERE seq = ?"))
        {
            if (update.Bind(job.Seq).Run() == 0) return EndingRows.Find(tx.Db, job.Seq);
        }
        tx.Ring(Signal.Orders);
        return JobState.Processing;
    }

    public static JobState? Retry(WriteTransaction tx, string tenant, Guid id)
    {
        if (JobHead.Find(tx.Db, tenant, id) is not { } job) return null;
        if (EndingRows.Find(tx.Db, job.Seq) is not { } state)
        {
            if (IsParked(tx.Db, job)) Free(tx, job);
            return IsRunning(tx, job) ? JobState.Processing : JobState.Pending;
        }
        if (state == JobState.Completed) return state;

        CallRows.WriteOff(tx, job.Id);
        var carried = Afresh(tx, job);
        EndingRows.Remove(tx, job, state, carried.CostMicros);
        ItemRows.Begin(tx, job);
        ReadyRows.Wait(tx, job, carried);
        EventRows.AddWaiting(tx, job, "retried", carried);
        return JobState.Pending;
    }

    public static int Unpark(WriteTransaction tx, string code, string? queue, int most = int.MaxValue)
    {
        var parked = Parked(tx.Db, code, queue, most);
        foreach (var seq in parked) Free(tx, JobHead.Get(tx.Db, seq));
        return parked.Count;
    }

    static void Free(WriteTransaction tx, in JobHead job)
    {
        if (ReadyRows.Take(tx, job) is not { } row) return;
        CallRows.WriteOff(tx, job.Id);
        ReadyRows.Wait(tx, job, row.Carried);
        EventRows.AddWaiting(tx, job, "unparked", row.Carried);
    }

    static bool IsParked(Connection db, in JobHead job)
    {
        using var query = db.Use("SELECT 1 FROM ready WHERE seq = ? AND gate = 2");
        return query.Bind(job.Seq).Step();
    }

    static bool IsRunning(WriteTransaction tx, in JobHead job)
    {
        using var query = tx.Db.Use("SELECT 1 FROM leases WHERE seq = ?");
        return query.Bind(job.Seq).Step();
    }

    // Attempts, crashes and losses begin anew; money already spent stays on the bill.
    static Carried Afresh(WriteTransaction tx, in JobHead job)
    {
        Carried carried;
        double cost;
        using (var query = tx.Db.Use("SELECT j.priority, j.megabytes, j.cost, e.cost_micros FROM jobs j JOIN endings e ON e.seq = j.seq WHERE j.seq = ?"))
        {
            query.Bind(job.Seq).Step();
            carried = new Carried { Priority = query.Int(0), Megabytes = query.Int(1), CostMicros = query.Long(3), RunAt = Micros.Of(tx.Now) };
            cost = query.Double(2);
        }
        return carried with { Fair = tx.Shares.Place(tx.Line(job.Queue), job.Tenant, cost), Bytes = Intake.BytesOf(tx.Db, job) };
    }

    static List<long> Parked(Connection db, string code, string? queue, int most)
    {
        using var query = db.Use($"""
            SELECT seq FROM ready r INDEXED BY ready_reason
            WHERE gate = 2 AND {ReadyRows.Reason("r")} = ?1 AND (?2 IS NULL OR queue = ?2) ORDER BY seq LIMIT ?3
            """);
        query.Bind(code).Bind(queue).Bind(most);
        var parked = new List<long>();
        while (query.Step()) parked.Add(query.Long(0));
        return parked;
    }
}
