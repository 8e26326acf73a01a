using System.Security.Cryptography;
using System.Text;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>Which job stands for a piece of identical work inside a tenant (law 6): the one in flight, or the one that completed last.</summary>
static class Work
{
    /// <summary>One fixed-size key for tenant and content key; tenants never meet in it.</summary>
    public static byte[]? Hash(string tenant, string? contentKey) =>
        contentKey is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes($"{tenant.Length}:{tenant}{contentKey}"));

    public static long? Find(Connection db, byte[] hash)
    {
        using var query = db.Use("SELECT seq FROM works WHERE hash = ?");
        return query.Bind(hash).Step() ? query.Long(0) : null;
    }

    public static void StandFor(WriteTransaction tx, in JobHead job)
    {
        if (job.Work is null) return;
        using var upsert = tx.Db.Use("INSERT INTO works (hash, seq) VALUES (?, ?) ON CONFLICT (hash) DO UPDATE SET seq = excluded.seq WHERE seq <> excluded.seq");
        upsert.Bind(job.Work).Bind(job.Seq).Run();
    }

    public static void Forget(WriteTransaction tx, in JobHead job)
    {
        if (job.Work is null) return;
        using var delete = tx.Db.Use("DELETE FROM works WHERE hash = ? AND seq = ?");
        delete.Bind(job.Work).Bind(job.Seq).Run();
    }
}
