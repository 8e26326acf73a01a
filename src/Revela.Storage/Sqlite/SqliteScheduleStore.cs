using Revela.Core.Schedules;

namespace Revela.Storage.Sqlite;

/// <summary>Schedules in the embedded database.</summary>
sealed class SqliteScheduleStore(SqliteDatabase database) : IScheduleStore
{
    const string Columns = "id, tenant, name, cron, time_zone, request, created_at, next_at, last";

    public Task<bool> Add(Schedule schedule, CancellationToken cancel) => database.Write(tx =>
    {
        using var insert = tx.Db.Use($"INSERT OR IGNORE INTO schedules ({Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        return insert.Bind(schedule.Id).Bind(schedule.Tenant).Bind(schedule.Name).Bind(schedule.Cron).Bind(schedule.TimeZone).Bind(RowJson.WriteObject(schedule.Request))
            .Bind(schedule.CreatedAt).Bind(schedule.NextAt).Bind(RowJson.Write(schedule.Last)).Run() > 0;
    }, cancel);

    public async Task<Schedule?> Get(string tenant, Guid id, CancellationToken cancel) =>
        (await Read("WHERE tenant = ? AND id = ?", query => query.Bind(tenant).Bind(id), cancel).ConfigureAwait(false)).SingleOrDefault();

    public Task<IReadOnlyList<Schedule>> List(string tenant, CancellationToken cancel) => Read("WHERE tenant = ? ORDER BY name", query => query.Bind(tenant), cancel);

    public Task<bool> Remove(string tenant, Guid id, CancellationToken cancel) => database.Write(tx =>
    {
        using var delete = tx.Db.Use("DELETE FROM schedules WHERE tenant = ? AND id = ?");
        return delete.Bind(tenant).Bind(id).Run() > 0;
    }, cancel);

    public Task<bool> SetNext(string tenant, Guid id, DateTimeOffset? next, CancellationToken cancel) => database.Write(tx =>
    {
        using var update = tx.Db.Use("UPDATE schedules SET next_at = ? WHERE tenant = ? AND id = ?");
        return update.Bind(next).Bind(tenant).Bind(id).Run() > 0;
    }, cancel);

    public Task<IReadOnlyList<Schedule>> Due(DateTimeOffset now, CancellationToken cancel) => Read("WHERE next_at <= ? ORDER BY next_at", query => query.Bind(now), cancel);

    public Task<bool> Ran(Guid id, ScheduleRun run, DateTimeOffset? next, CancellationToken cancel) => database.Write(tx =>
    {
        using var update = tx.Db.Use("UPDATE schedules SET next_at = ?, last = ? WHERE id = ? AND next_at = ?");
        return update.Bind(next).Bind(RowJson.Write(run)).Bind(id).Bind(run.At).Run() > 0;
    }, cancel);

    async Task<IReadOnlyList<Schedule>> Read(string which, Action<Statement> bind, CancellationToken cancel) => await database.Read(db =>
    {
        using var query = db.Use($"SELECT {Columns} FROM schedules {which}");
        bind(query);
        var schedules = new List<Schedule>();
        while (query.Step()) schedules.Add(Read(query));
        return schedules;
    }, cancel).ConfigureAwait(false);

    static Schedule Read(Statement row) => new()
    {
        Id = row.Guid(0),
        Tenant = row.Text(1),
        Name = row.Text(2),
        Cron = row.Text(3),
        TimeZone = row.Text(4),
        Request = RowJson.ReadObject(row.Text(5))!,
        CreatedAt = row.Time(6),
        NextAt = row.TimeOrNull(7),
        Last = RowJson.Read<ScheduleRun>(row.TextOrNull(8)),
    };
}
