using Revela.Core.Jobs;
using Revela.Core.Statistics;

namespace Revela.Storage.Postgres;

/// <summary>Counters of what ended, in PostgreSQL.</summary>
sealed class PostgresStatisticsStore(PostgresDatabase database) : IStatisticsStore
{
    static readonly Table<KeyValuePair<Counter, long>> Counters = new Table<KeyValuePair<Counter, long>>("statistics")
        .Column("tenant", c => c.Key.Tenant).Column("kind", c => RowJson.Name(c.Key.By)).Column("bucket", c => c.Key.Bucket)
        .Column("start", c => c.Key.Start).Column("name", c => c.Key.Name).Column("measure", c => c.Key.Measure).Column("value", c => c.Value);

    const string Grow = "ON CONFLICT (tenant, kind, bucket, start, name, measure) DO UPDATE SET value = revela.statistics.value + excluded.value";

    public async Task<IReadOnlyList<EndedJob>> Ended(IReadOnlyList<Guid> jobs, CancellationToken cancel) => await database.Read(db => db.Query(Sql.Of("""
        SELECT j.id, j.pipeline, e.state, e.run_at, e.started_at, e.finished_at, e.cost_micros, e.steps FROM revela.jobs j JOIN revela.endings e ON e.seq = j.seq WHERE j.id = ANY($1)
        """).Bind(jobs.ToArray()), ReadEnded), cancel).ConfigureAwait(false);

    public Task<bool> Add(string reader, long from, long to, IReadOnlyDictionary<Counter, long> counts, CancellationToken cancel) => database.Write(async tx =>
    {
        // Locks the reader's row first: another process that counts the same page waits here, and finds it counted.
        if (!await PostgresEventStore.Advance(tx, reader, from, to).ConfigureAwait(false)) return false;
        if (counts.Count > 0) await tx.Run(Counters.Insert(counts.ToArray(), Grow)).ConfigureAwait(false);
        foreach (var rollup in Rollup.All)
            await tx.Run(Sql.Of("DELETE FROM revela.statistics WHERE bucket = $1 AND start < $2").Bind(rollup.Seconds).Bind(tx.Now - rollup.KeepFor)).ConfigureAwait(false);
        return true;
    }, cancel);

    public async Task<IReadOnlyList<CounterSum>> Sum(CounterQuery query, CancellationToken cancel) => await database.Read(db => db.Query(Sql.Of("""
        SELECT name, CASE WHEN $1 THEN start END AS at, measure, SUM(value)::bigint FROM revela.statistics
        WHERE tenant = $2 AND kind = $3 AND bucket = $4 AND start >= $5 AND ($6::text IS NULL OR name = $6) GROUP BY name, at, measure
        """).Bind(query.ByBucket).Bind(query.Tenant).Bind(RowJson.Name(query.By)).Bind(query.Bucket).Bind(query.From).Bind(query.Name),
        row => new CounterSum(row.Text(), row.TimeOrNull(), row.Text(), row.Long())), cancel).ConfigureAwait(false);

    static EndedJob ReadEnded(Row row) => new(
        row.Guid(), row.Text(), (JobState)row.Int(), row.Time(), row.TimeOrNull(), row.Time(), row.Long() / 1_000_000m, RowJson.ReadList<StepRecord>(row.TextOrNull()));
}
