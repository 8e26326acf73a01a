using System.Security.Cryptography;
using System.Text;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>What every change of a job needs to know of it; rows that wait or run carry it, so that the record need not be read.</summary>
/// <param name="Work">Names tenant and content; null when its work is not shared.</param>
sealed record JobHead(long Seq, Guid Id, string Tenant, string Queue, Guid Asset, Guid? Batch, Guid? Item, Guid? Work)
{
    public const string Columns = "seq, job, tenant, queue, asset, batch, item, work";
    const string RecordColumns = "seq, id, tenant, queue, asset, batch, item, work";

    public static JobHead Read(Row row) =>
        new(row.Long(), row.Guid(), row.Text(), row.Text(), row.Guid(), row.GuidOrNull(), row.GuidOrNull(), row.GuidOrNull());

    public static async Task<JobHead?> Find(Transaction tx, string tenant, Guid id)
    {
        var query = Sql.Of($"SELECT {RecordColumns} FROM revela.jobs WHERE id = $1 AND tenant = $2").Bind(id).Bind(tenant);
        return (await tx.Query(query, Read).ConfigureAwait(false)).SingleOrDefault();
    }

    /// <summary>One fixed-size key for tenant and content key; tenants never meet in it. 128 bits of a SHA-256.</summary>
    public static Guid? WorkOf(string tenant, string? contentKey) =>
        contentKey is null ? null : new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{tenant.Length}:{tenant}{contentKey}")).AsSpan(0, 16), bigEndian: true);
}
