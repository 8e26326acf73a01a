namespace Revela.Storage.Sqlite.Jobs;

/// <summary>How many bytes of originals the waiting jobs hold: what the intake bounds.</summary>
static class Intake
{
    /// <summary>What this job adds while it waits: its input's bytes, unless another waiting job counts them already.</summary>
    public static long BytesOf(Connection db, in JobHead job)
    {
        long bytes;
        using (var query = db.Use("SELECT bytes FROM assets WHERE id = ?")) bytes = query.Bind(job.AssetId).Number();
        if (bytes == 0) return 0;
        using var others = db.Use("SELECT 1 FROM jobs j CROSS JOIN ready r ON r.seq = j.seq WHERE j.asset = ? AND r.bytes > 0 LIMIT 1");
        return others.Bind(job.AssetId).Step() ? 0 : bytes;
    }
}
