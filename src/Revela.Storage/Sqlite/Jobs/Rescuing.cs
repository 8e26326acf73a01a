using Revela.Core.Jobs;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>Takes jobs back from workers that went silent; compares the lease it saw (law 3).</summary>
static class Rescuing
{
    public static int Rescue(WriteTransaction tx, int maxLosses)
    {
        var expired = Expired(tx.Db, tx.Now);
        foreach (var (seq, lease) in expired)
        {
            var job = JobHead.Get(tx.Db, seq);
            if (LeaseRows.Find(tx, job.Id, lease) is not { } row) continue;
            LeaseRows.End(tx, row);
            TakeBack(tx, row, maxLosses);
        }
        return expired.Count;
    }

    public static int ExpireLeases(WriteTransaction tx, string worker)
    {
        using var update = tx.Db.Use("UPDATE leases SET expires_at = 0 WHERE worker = ?");
        return update.Bind(worker).Run();
    }

    static void TakeBack(WriteTransaction tx, LeaseRow lease, int maxLosses)
    {
        var carried = lease.Carried with
        {
            Losses = lease.Carried.Losses + 1,
            CostMicros = lease.Carried.CostMicros + CheckpointRows.CostUnder(tx.Db, lease.Job.Seq, lease.Lease),
        };
        if (lease.CancelRequested)
        {
            Finishing.Cancel(tx, lease.Job, carried, lease.Progress);
        }
        else if (carried.Losses > maxLosses)
        {
            Finishing.Fail(tx, lease.Job, carried, new JobError(ErrorCodes.Lost, "The workers that ran this job died too many times.", Retryable: true), lease.Progress);
        }
        else
        {
            ReadyRows.Wait(tx, lease.Job, carried);
            EventRows.AddWaiting(tx, lease.Job, "lost", carried);
        }
    }

    static List<(long Seq, long Lease)> Expired(Connection db, DateTimeOffset now)
    {
        using var query = db.Use("SELECT seq, lease FROM leases WHERE expires_at <= ? ORDER BY lease");
        query.Bind(now);
        var expired = new List<(long, long)>();
        while (query.Step()) expired.Add((query.Long(0), query.Long(1)));
        return expired;
    }
}
