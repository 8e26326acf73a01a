namespace Revela.Storage.Sqlite.Jobs;

/// <summary>The jobs that run. A row is found only by its lease id together with its job (law 3).</summary>
static class LeaseRows
{
    /// <summary>The running job under this lease; null when the lease is gone.</summary>
    public static LeaseRow? Find(WriteTransaction tx, Guid jobId, long lease)
    {
        using var query = tx.Db.Use($"SELECT seq, cancel_requested, progress, step, {Carried.Columns} FROM leases WHERE lease = ?");
        if (!query.Bind(lease).Step()) return null;
        var job = JobHead.Get(tx.Db, query.Long(0));
        return job.Id == jobId ? new LeaseRow(job, lease, query.Bool(1), query.Double(2), query.TextOrNull(3), Carried.Read(query, 4)) : null;
    }

    /// <summary>Ends the lease; its queue's gap begins.</summary>
    public static void End(WriteTransaction tx, LeaseRow lease)
    {
        using (var delete = tx.Db.Use("DELETE FROM leases WHERE lease = ?")) delete.Bind(lease.Lease).Run();
        var line = tx.Line(lease.Job.Queue);
        line.Now.Processing--;
        line.Now.LastEnd = Micros.Of(tx.Now);
        if (line.Settings.GlobalLimit is not null || line.Settings.MinGap > TimeSpan.Zero) tx.Ring(Core.Queues.Signal.Work);
    }
}

readonly record struct LeaseRow(JobHead Job, long Lease, bool CancelRequested, double Progress, string? Step, Carried Carried);
