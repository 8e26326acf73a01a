using Npgsql;
using Revela.Core.Schedules;

namespace Revela.Storage.Postgres;

/// <summary>Schedules in PostgreSQL.</summary>
sealed class PostgresScheduleStore(PostgresDatabase database) : IScheduleStore
{
    const string Columns = "id, tenant, name, cron, time_zone, request, created_at, next_at, last";

    public Task<bool> Add(Schedule schedule, CancellationToken cancel) => Write(() => Sql.Of(
        $"INSERT INTO revela.schedules ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING")
        .Bind(schedule.Id).Bind(schedule.Tenant).Bind(Sql.Clean(schedule.Name)).Bind(schedule.Cron).Bind(schedule.TimeZone).Bind(Sql.Clean(RowJson.WriteObject(schedule.Request)))
        .Bind(Micros.Cut(schedule.CreatedAt)).Bind(Cut(schedule.NextAt)).Bind(RowJson.Write(schedule.Last)), cancel);

    public async Task<Schedule?> Get(string tenant, Guid id, CancellationToken cancel) => (await Read(
        () => Sql.Of($"SELECT {Columns} FROM revela.schedules WHERE tenant = $1 AND id = $2").Bind(tenant).Bind(id), cancel).ConfigureAwait(false)).SingleOrDefault();

    public Task<IReadOnlyList<Schedule>> List(string tenant, CancellationToken cancel) =>
        Read(() => Sql.Of($"SELECT {Columns} FROM revela.schedules WHERE tenant = $1 ORDER BY name").Bind(tenant), cancel);

    public Task<bool> Remove(string tenant, Guid id, CancellationToken cancel) =>
        Write(() => Sql.Of("DELETE FROM revela.schedules WHERE tenant = $1 AND id = $2").Bind(tenant).Bind(id), cancel);

    public Task<bool> SetNext(string tenant, Guid id, DateTimeOffset? next, CancellationToken cancel) =>
        Write(() => Sql.Of("UPDATE revela.schedules SET next_at = $1 WHERE tenant = $2 AND id = $3").Bind(Cut(next)).Bind(tenant).Bind(id), cancel);

    public Task<IReadOnlyList<Schedule>> Due(DateTimeOffset now, CancellationToken cancel) =>
        Read(() => Sql.Of($"SELECT {Columns} FROM revela.schedules WHERE next_at <= $1 ORDER BY next_at").Bind(now.ToUniversalTime()), cancel);

    public Task<bool> Ran(Guid id, ScheduleRun run, DateTimeOffset? next, CancellationToken cancel) =>
        Write(() => Sql.Of("UPDATE revela.schedules SET next_at = $1, last = $2 WHERE id = $3 AND next_at = $4").Bind(Cut(next)).Bind(Sql.Clean(RowJson.Write(run))).Bind(id).Bind(Micros.Cut(run.At)), cancel);

    async Task<bool> Write(Func<NpgsqlBatchCommand> statement, CancellationToken cancel) => await database.Write(tx => tx.Run(statement()), cancel).ConfigureAwait(false) > 0;

    async Task<IReadOnlyList<Schedule>> Read(Func<NpgsqlBatchCommand> statement, CancellationToken cancel) => await database.Read(db => db.Query(statement(), Read), cancel).ConfigureAwait(false);

    static DateTimeOffset? Cut(DateTimeOffset? time) => time is { } known ? Micros.Cut(known) : null;

    static Schedule Read(Row row) => new()
    {
        Id = row.Guid(),
        Tenant = row.Text(),
        Name = row.Text(),
        Cron = row.Text(),
        TimeZone = row.Text(),
        Request = RowJson.ReadObject(row.Text())!,
        CreatedAt = row.Time(),
        NextAt = row.TimeOrNull(),
        Last = RowJson.Read<ScheduleRun>(row.TextOrNull()),
    };
}
