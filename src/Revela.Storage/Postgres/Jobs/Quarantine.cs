using Npgsql;
using Revela.Core.Jobs;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>Inputs that are refused because they crashed the decoder (law 7), by tenant and hash.</summary>
static class Quarantine
{
    public static NpgsqlBatchCommand Add(string tenant, string sha256, JobError error, DateTimeOffset now) => Sql.Of("""
        INSERT INTO revela.quarantine (tenant, sha256, error, made_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant, sha256) DO UPDATE SET error = excluded.error, made_at = excluded.made_at
        """).Bind(tenant).Bind(sha256).Bind(RowJson.Write(error)).Bind(now);

    public static async Task<JobError?> Find(Transaction db, string tenant, string sha256)
    {
        var query = Sql.Of("SELECT error FROM revela.quarantine WHERE tenant = $1 AND sha256 = $2").Bind(tenant).Bind(sha256);
        return RowJson.Read<JobError>((await db.Query(query, row => row.Text()).ConfigureAwait(false)).SingleOrDefault());
    }

    public static async Task<IReadOnlyList<QuarantinedInput>> List(Transaction db, string tenant, int limit) => await db.Query(
        Sql.Of("""
            SELECT q.sha256, q.error, q.made_at, (SELECT a.id FROM revela.assets a WHERE a.sha256 = q.sha256 AND a.tenant = q.tenant ORDER BY a.number LIMIT 1)
            FROM revela.quarantine q WHERE q.tenant = $1 ORDER BY q.made_at DESC, q.sha256 LIMIT $2
            """).Bind(tenant).Bind(limit),
        row => new QuarantinedInput(row.Text(), RowJson.Read<JobError>(row.Text())!, row.Time(), row.GuidOrNull())).ConfigureAwait(false);

    public static async Task<bool> Release(Transaction tx, string tenant, string sha256) =>
        await tx.Run(Sql.Of("DELETE FROM revela.quarantine WHERE tenant = $1 AND sha256 = $2").Bind(tenant).Bind(sha256)).ConfigureAwait(false) > 0;
}
