namespace Revela.Storage.Sqlite.Jobs;

/// <summary>What runs under a lease, read again as it was claimed, for workers that come back from afar.</summary>
sealed class Holding(Snapshots snapshots)
{
    public RawClaim.Taken? Find(Connection db, Guid jobId, long lease)
    {
        using var query = db.Use("SELECT lease, seq, megabytes, outage_since FROM leases WHERE lease = ?");
        return query.Bind(lease).Step() && Read(db, query) is { } held && held.Row.Plain.Id == jobId ? held : null;
    }

    public List<RawClaim.Taken> List(Connection db, string worker)
    {
        using var query = db.Use("SELECT lease, seq, megabytes, outage_since FROM leases WHERE worker = ? ORDER BY lease");
        query.Bind(worker);
        var held = new List<RawClaim.Taken>();
        while (query.Step())
            if (Read(db, query) is { } taken) held.Add(taken);
        return held;
    }

    RawClaim.Taken? Read(Connection db, Statement lease) => JobRow.Find(db, snapshots, lease.Long(1)) is { } row
        ? new RawClaim.Taken(row, lease.Long(0), lease.Int(2), AssetRows.Find(db, row.Plain.AssetId), CheckpointRows.Read(db, row.Plain.Seq), lease.LongOrNull(3))
        : null;
}

/// <summary>Leases that were settled from afar, for as long as a repeat may come.</summary>
static class SettledRows
{
    static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    public static void Note(WriteTransaction tx, Guid jobId, long lease)
    {
        using var insert = tx.Db.Use("INSERT INTO settled (lease, job, at) VALUES (?, ?, ?)");
        insert.Bind(lease).Bind(jobId).Bind(tx.Now).Run();
    }

    public static bool Has(Connection db, Guid jobId, long lease)
    {
        using var query = db.Use("SELECT 1 FROM settled WHERE lease = ? AND job = ?");
        return query.Bind(lease).Bind(jobId).Step();
    }

    public static void Prune(WriteTransaction tx)
    {
        using var delete = tx.Db.Use("DELETE FROM settled WHERE at < ?");
        delete.Bind(tx.Now - KeptFor).Run();
    }
}
