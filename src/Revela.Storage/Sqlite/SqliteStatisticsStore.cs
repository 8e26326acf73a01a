using Revela.Core.Jobs;
using Revela.Core.Statistics;

namespace Revela.Storage.Sqlite;

/// <summary>Counters of what ended, in the embedded database.</summary>
sealed class SqliteStatisticsStore(SqliteDatabase database) : IStatisticsStore
{
    public async Task<IReadOnlyList<EndedJob>> Ended(IReadOnlyList<Guid> jobs, CancellationToken cancel) => await database.Read(db =>
    {
        var ended = new List<EndedJob>(jobs.Count);
        foreach (var id in jobs)
        {
            using var row = db.Use("""
                SELECT j.pipeline, e.state, e.run_at, e.started_at, e.finished_at, e.cost_micros, e.steps FROM jobs j JOIN endings e ON e.seq = j.seq WHERE j.id = ?
                """);
            if (!row.Bind(id).Step()) continue;
            ended.Add(new EndedJob(
                id, row.Text(0), (JobState)row.Int(1), row.Time(2), row.TimeOrNull(3), row.Time(4), row.Long(5) / 1_000_000m, RowJson.ReadList<StepRecord>(row.TextOrNull(6))));
        }
        return ended;
    }, cancel).ConfigureAwait(false);

    public Task<bool> Add(string reader, long from, long to, IReadOnlyDictionary<Counter, long> counts, CancellationToken cancel) => database.Write(tx =>
    {
        if (!SqliteEventStore.Advance(tx, reader, from, to)) return false;
        foreach (var (counter, value) in counts)
        {
            using var add = tx.Db.Use("""
                INSERT INTO statistics (tenant, kind, bucket, start, name, measure, value) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET value = value + excluded.value
                """);
            add.Bind(counter.Tenant).Bind(RowJson.Name(counter.By)).Bind(counter.Bucket).Bind(counter.Start).Bind(counter.Name).Bind(counter.Measure).Bind(value).Run();
        }
        foreach (var rollup in Rollup.All)
        {
            using var prune = tx.Db.Use("DELETE FROM statistics WHERE bucket = ? AND start < ?");
            prune.Bind(rollup.Seconds).Bind(tx.Now - rollup.KeepFor).Run();
        }
        return true;
    }, cancel);

    public async Task<IReadOnlyList<CounterSum>> Sum(CounterQuery query, CancellationToken cancel) => await database.Read(db =>
    {
        using var sum = db.Use("""
            SELECT name, CASE WHEN ?1 THEN start END AS at, measure, SUM(value) FROM statistics
            WHERE tenant = ?2 AND kind = ?3 AND bucket = ?4 AND start >= ?5 AND (?6 IS NULL OR name = ?6) GROUP BY name, at, measure
            """);
        sum.Bind(query.ByBucket).Bind(query.Tenant).Bind(RowJson.Name(query.By)).Bind(query.Bucket).Bind(query.From).Bind(query.Name);
        var sums = new List<CounterSum>();
        while (sum.Step()) sums.Add(new CounterSum(sum.Text(0), sum.TimeOrNull(1), sum.Text(2), sum.Long(3)));
        return sums;
    }, cancel).ConfigureAwait(false);
}
