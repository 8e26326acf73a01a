using Revela.Core.Events;

namespace Revela.Storage.Postgres;

/// <summary>Numbered events in PostgreSQL. Their numbers are given out under a lock that is held to the commit, so a reader never skips one.</summary>
sealed class PostgresEventStore(PostgresDatabase database) : IEventStore
{
    const string Columns = "id, type, tenant, job, batch, queue, at, data";

    public async Task<IReadOnlyList<JobEvent>> Read(long after, int limit, CancellationToken cancel) => await database.Read(
        db => db.Query(Sql.Of($"SELECT {Columns} FROM revela.events WHERE id > $1 ORDER BY id LIMIT $2").Bind(after).Bind(limit), Read), cancel).ConfigureAwait(false);

    public async Task<IReadOnlyList<JobEvent>> ReadJob(string tenant, Guid jobId, long after, int limit, CancellationToken cancel) => await database.Read(
        db => db.Query(Sql.Of($"SELECT {Columns} FROM revela.events WHERE job = $1 AND id > $2 AND tenant = $3 ORDER BY id LIMIT $4")
            .Bind(jobId).Bind(after).Bind(tenant).Bind(limit), Read), cancel).ConfigureAwait(false);

    // Not the sequence: it runs ahead of what is committed.
    public Task<long> LastId(CancellationToken cancel) => database.Read(async db => (await db.Query(
        Sql.Of("SELECT COALESCE((SELECT max(id) FROM revela.events), last_pruned_event) FROM revela.meta"), row => row.Long()).ConfigureAwait(false))[0], cancel);

    // Times grow with ids, so the old ones are the first ones.
    public Task<int> Prune(DateTimeOffset before, int limit, CancellationToken cancel) => database.Write(async tx => (int)(await tx.Query(Sql.Of("""
        WITH gone AS (
            DELETE FROM revela.events WHERE id = ANY(ARRAY(SELECT id FROM (SELECT id, at FROM revela.events ORDER BY id LIMIT $2) first WHERE at < $1)) RETURNING id
        ), noted AS (
            UPDATE revela.meta SET last_pruned_event = GREATEST(last_pruned_event, (SELECT max(id) FROM gone)) WHERE EXISTS (SELECT 1 FROM gone)
        )
        SELECT count(*) FROM gone
        """).Bind(before.ToUniversalTime()).Bind(limit), row => row.Long()).ConfigureAwait(false))[0], cancel);

    public Task<long> Position(string reader, CancellationToken cancel) => database.Read(async db => (await db.Query(
        Sql.Of("SELECT COALESCE((SELECT position FROM revela.readers WHERE name = $1), 0)").Bind(reader), row => row.Long()).ConfigureAwait(false))[0], cancel);

    public Task<bool> Advance(string reader, long from, long to, CancellationToken cancel) => database.Write(tx => Advance(tx, reader, from, to), cancel);

    /// <summary>The same inside a transaction that does more.</summary>
    public static async Task<bool> Advance(Transaction tx, string reader, long from, long to) => await tx.Run(Sql.Of("""
        INSERT INTO revela.readers AS r (name, position) SELECT $1, $3 WHERE $2 = 0 OR EXISTS (SELECT 1 FROM revela.readers WHERE name = $1)
        ON CONFLICT (name) DO UPDATE SET position = $3 WHERE r.position = $2
        """).Bind(reader).Bind(from).Bind(to)).ConfigureAwait(false) > 0;

    static JobEvent Read(Row row) =>
        new(row.Long(), row.Text(), row.Text(), row.Guid(), row.GuidOrNull(), row.Text(), row.Time(), RowJson.ReadObject(row.TextOrNull()));
}
