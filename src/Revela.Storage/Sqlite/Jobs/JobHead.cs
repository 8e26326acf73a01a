using Revela.Core.Jobs;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>What every change of a job needs to know of its record.</summary>
/// <param name="Work">Hash of tenant and content key; null when its work is not shared.</param>
readonly record struct JobHead(long Seq, Guid Id, string Tenant, string Queue, Guid AssetId, Guid? BatchId, Guid? ItemId, byte[]? Work)
{
    const string Columns = "seq, id, tenant, queue, asset, batch, item, work";

    public static JobHead? Find(Connection db, string tenant, Guid id)
    {
        using var query = db.Use($"SELECT {Columns} FROM jobs WHERE id = ? AND tenant = ?");
        return query.Bind(id).Bind(tenant).Step() ? Read(query) : null;
    }

    public static JobHead Get(Connection db, long seq)
    {
        using var query = db.Use($"SELECT {Columns} FROM jobs WHERE seq = ?");
        return query.Bind(seq).Step() ? Read(query) : throw new InvalidOperationException($"Job {seq} has no record.");
    }

    /// <summary>Of a job that was just read, for its events; says nothing of shared work.</summary>
    public static JobHead Of(Job job) => new(job.Seq, job.Id, job.Tenant, job.Queue, job.AssetId, job.BatchId, job.ItemId, null);

    static JobHead Read(Statement row) =>
        new(row.Long(0), row.Guid(1), row.Text(2), row.Text(3), row.Guid(4), row.GuidOrNull(5), row.GuidOrNull(6), row.IsNull(7) ? null : row.Bytes(7));
}
