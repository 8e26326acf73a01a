using Revela.Core.Jobs;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>Finished checkpoints of unfinished jobs (law 4); those of failed and cancelled jobs stay for a manual retry.</summary>
static class CheckpointRows
{
    public static List<string> Read(Connection db, long seq)
    {
        using var query = db.Use("SELECT body FROM checkpoints WHERE seq = ? ORDER BY step");
        query.Bind(seq);
        var bodies = new List<string>();
        while (query.Step()) bodies.Add(query.Text(0));
        return bodies;
    }

    public static List<string> Read(Connection db, string tenant, Guid job) => JobHead.Find(db, tenant, job) is { } head ? Read(db, head.Seq) : [];

    public static void Save(WriteTransaction tx, long seq, long lease, Checkpoint checkpoint, string body)
    {
        var before = ObjectOf(tx.Db, seq, checkpoint.StepIndex);
        using (var upsert = tx.Db.Use("INSERT OR REPLACE INTO checkpoints (seq, step, lease, object_key, body, cost_micros) VALUES (?, ?, ?, ?, ?, ?)"))
        {
            upsert.Bind(seq).Bind(checkpoint.StepIndex).Bind(lease).Bind(checkpoint.Image.ObjectKey).Bind(body).Bind(Costs.Of(checkpoint.Steps)).Run();
        }
        if (before is not null) AssetRows.DoomIfUnnamed(tx, before);
    }

    /// <summary>The job is done with them; objects that no output shows go too.</summary>
    public static void Drop(WriteTransaction tx, long seq)
    {
        var objects = Objects(tx.Db, seq);
        if (objects.Count == 0) return;
        using (var delete = tx.Db.Use("DELETE FROM checkpoints WHERE seq = ?")) delete.Bind(seq).Run();
        foreach (var key in objects) AssetRows.DoomIfUnnamed(tx, key);
    }

    /// <summary>What an attempt that never reported its end had spent on finished checkpoints.</summary>
    public static long CostUnder(Connection db, long seq, long lease)
    {
        using var query = db.Use("SELECT COALESCE(SUM(cost_micros), 0) FROM checkpoints WHERE seq = ? AND lease = ?");
        return query.Bind(seq).Bind(lease).Number();
    }

    static List<string> Objects(Connection db, long seq)
    {
        using var query = db.Use("SELECT object_key FROM checkpoints WHERE seq = ?");
        query.Bind(seq);
        var keys = new List<string>();
        while (query.Step()) keys.Add(query.Text(0));
        return keys;
    }

    static string? ObjectOf(Connection db, long seq, int step)
    {
        using var query = db.Use("SELECT object_key FROM checkpoints WHERE seq = ? AND step = ?");
        return query.Bind(seq).Bind(step).Step() ? query.Text(0) : null;
    }
}
