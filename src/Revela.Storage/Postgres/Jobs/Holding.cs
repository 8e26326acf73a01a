using Npgsql;
using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>What runs under a lease, read again as it was claimed, for workers that come back from afar.</summary>
sealed class Holding(Snapshots snapshots)
{
    public async Task<ClaimedJob?> Find(Transaction db, Guid jobId, long lease) =>
        (await Read(db, Sql.Of(ClaimSql.HeldUnder).Bind(lease).Bind(jobId)).ConfigureAwait(false)).SingleOrDefault();

    public Task<IReadOnlyList<ClaimedJob>> List(Transaction db, string worker) => Read(db, Sql.Of(ClaimSql.HeldBy).Bind(worker));

    async Task<IReadOnlyList<ClaimedJob>> Read(Transaction db, NpgsqlBatchCommand query)
    {
        var rows = await db.Query(query, ClaimRow.Read).ConfigureAwait(false);
        var pipelines = await snapshots.Load(db, [.. rows.Select(row => row.Job.Snapshot)]).ConfigureAwait(false);
        return [.. rows.Select((row, i) => row.ToClaimed(row.Job.ToJob(pipelines[i])))];
    }
}

/// <summary>A running job as a claim answers with it.</summary>
sealed record ClaimRow(long Lease, int Megabytes, DateTimeOffset? OutageSince, string[] Checkpoints, JobRow Job, Asset? Input)
{
    public static ClaimRow Read(Row row) =>
        new(row.Long(), row.Int(), row.TimeOrNull(), row.Texts(), JobRow.Read(row), row.IsNullAhead() ? null : AssetRows.Read(row).Asset);

    public ClaimedJob ToClaimed(Job job) =>
        new(job, Lease, Megabytes, Input, Array.ConvertAll(Checkpoints, body => RowJson.Read<Checkpoint>(body)!), OutageSince);
}

/// <summary>Leases that were settled from afar, for as long as a repeat may come.</summary>
static class SettledRows
{
    static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    public static NpgsqlBatchCommand Note(Guid jobId, long lease, DateTimeOffset now) =>
        Sql.Of("INSERT INTO revela.settled (lease, job, at) VALUES ($1, $2, $3)").Bind(lease).Bind(jobId).Bind(now);

    public static async Task<bool> Has(Transaction db, Guid jobId, long lease)
    {
        var query = Sql.Of("SELECT 1 FROM revela.settled WHERE lease = $1 AND job = $2").Bind(lease).Bind(jobId);
        return (await db.Query(query, row => row.Int()).ConfigureAwait(false)).Count > 0;
    }

    public static NpgsqlBatchCommand Prune(DateTimeOffset now) => Sql.Of("DELETE FROM revela.settled WHERE at < $1").Bind(now - KeptFor);
}
