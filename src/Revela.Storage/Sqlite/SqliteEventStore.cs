using Revela.Core.Events;

namespace Revela.Storage.Sqlite;

/// <summary>Numbered events in the embedded database.</summary>
sealed class SqliteEventStore(SqliteDatabase database) : IEventStore
{
    const string Columns = "id, type, tenant, job, batch, queue, at, data";

    public async Task<IReadOnlyList<JobEvent>> Read(long after, int limit, CancellationToken cancel) => await database.Read(db =>
    {
        using var query = db.Use($"SELECT {Columns} FROM events WHERE id > ? ORDER BY id LIMIT ?");
        return ReadAll(query.Bind(after).Bind(limit));
    }, cancel).ConfigureAwait(false);

    public async Task<IReadOnlyList<JobEvent>> ReadJob(string tenant, Guid jobId, long after, int limit, CancellationToken cancel) => await database.Read(db =>
    {
        using var query = db.Use($"SELECT {Columns} FROM events WHERE job = ? AND id > ? AND tenant = ? ORDER BY id LIMIT ?");
        return ReadAll(query.Bind(jobId).Bind(after).Bind(tenant).Bind(limit));
    }, cancel).ConfigureAwait(false);

    public Task<long> LastId(CancellationToken cancel) => database.Read(db =>
    {
        using var query = db.Use("SELECT event FROM numbers");
        return query.Number();
    }, cancel);

    public Task<int> Prune(DateTimeOffset before, int limit, CancellationToken cancel) => database.Write(tx =>
    {
        // Times grow with ids, so the old ones are the first ones.
        using var delete = tx.Db.Use("DELETE FROM events WHERE id IN (SELECT id FROM (SELECT id, at FROM events ORDER BY id LIMIT ?2) WHERE at < ?1)");
        return delete.Bind(before).Bind(limit).Run();
    }, cancel);

    public Task<long> Position(string reader, CancellationToken cancel) => database.Read(db =>
    {
        using var query = db.Use("SELECT COALESCE((SELECT position FROM readers WHERE name = ?), 0)");
        return query.Bind(reader).Number();
    }, cancel);

    public Task<bool> Advance(string reader, long from, long to, CancellationToken cancel) => database.Write(tx => Advance(tx, reader, from, to), cancel);

    /// <summary>The same inside a transaction that does more.</summary>
    public static bool Advance(WriteTransaction tx, string reader, long from, long to)
    {
        using (var insert = tx.Db.Use("INSERT OR IGNORE INTO readers (name, position) VALUES (?, 0)")) insert.Bind(reader).Run();
        using var update = tx.Db.Use("UPDATE readers SET position = ? WHERE name = ? AND position = ?");
        return update.Bind(to).Bind(reader).Bind(from).Run() > 0;
    }

    static List<JobEvent> ReadAll(Statement query)
    {
        var events = new List<JobEvent>();
        while (query.Step())
        {
            events.Add(new JobEvent(query.Long(0), query.Text(1), query.Text(2), query.Guid(3), query.GuidOrNull(4), query.Text(5), query.Time(6),
                RowJson.ReadObject(query.TextOrNull(7))));
        }
        return events;
    }
}
