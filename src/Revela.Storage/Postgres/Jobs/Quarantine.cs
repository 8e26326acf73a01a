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

    public static async Task<bool> Release(Transaction tx, string tenant, string sha256) =>
        await tx.Run(Sql.Of("DELETE FROM revela.quarantine WHERE tenant = $1 AND sha256 = $2").Bind(tenant).Bind(sha256)).ConfigureAwait(false) > 0;
}
