using Revela.Core.Queues;

namespace Revela.Storage.Sqlite;

/// <summary>Processes that claim jobs, in the embedded database.</summary>
sealed class SqliteWorkerStore(SqliteDatabase database) : IWorkerStore
{
    public Task Save(WorkerInfo worker, CancellationToken cancel) => database.Write(tx =>
    {
        using var upsert = tx.Db.Use("""
            INSERT INTO workers (id, host, process_id, process_start, started_at, seen_at, megabytes) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET host = excluded.host, process_id = excluded.process_id, process_start = excluded.process_start,
                started_at = excluded.started_at, seen_at = excluded.seen_at, megabytes = excluded.megabytes
            """);
        return upsert.Bind(worker.Id).Bind(worker.Host).Bind(worker.ProcessId).Bind(worker.ProcessStart)
            .Bind(worker.StartedAt).Bind(worker.SeenAt).Bind(worker.Megabytes).Run();
    }, cancel);

    public async Task<IReadOnlyList<WorkerInfo>> List(CancellationToken cancel) => await database.Read(db =>
    {
        using var query = db.Use("SELECT id, host, process_id, process_start, started_at, seen_at, megabytes, drains FROM workers ORDER BY started_at, id");
        var workers = new List<WorkerInfo>();
        while (query.Step())
            workers.Add(new WorkerInfo(query.Text(0), query.Text(1), query.Int(2), query.Long(3), query.Time(4), query.Time(5), query.Int(6)) { Drains = query.Int(7) != 0 });
        return workers;
    }, cancel).ConfigureAwait(false);

    public Task<bool> Drain(string workerId, bool drains, CancellationToken cancel) => database.Write(tx =>
    {
        using var update = tx.Db.Use("UPDATE workers SET drains = ? WHERE id = ?");
        if (update.Bind(drains).Bind(workerId).Run() == 0) return false;
        tx.Ring(Signal.Work);
        return true;
    }, cancel);

    /// <summary>Whether a worker is given no further job.</summary>
    public static bool Drains(Connection db, string workerId)
    {
        using var query = db.Use("SELECT 1 FROM workers WHERE id = ? AND drains = 1");
        return query.Bind(workerId).Step();
    }

    public Task Remove(string workerId, CancellationToken cancel) => database.Write(tx =>
    {
        using var delete = tx.Db.Use("DELETE FROM workers WHERE id = ?");
        using var release = tx.Db.Use("DELETE FROM duties WHERE worker = ?");
        return delete.Bind(workerId).Run() + release.Bind(workerId).Run();
    }, cancel);

    public Task<bool> TakeDuty(string duty, string workerId, TimeSpan holdFor, CancellationToken cancel) => database.Write(tx =>
    {
        using var take = tx.Db.Use("""
            INSERT INTO duties (name, worker, held_until) VALUES (?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET worker = excluded.worker, held_until = excluded.held_until WHERE duties.worker = excluded.worker OR duties.held_until <= ?
            """);
        return take.Bind(duty).Bind(workerId).Bind(tx.Now + holdFor).Bind(tx.Now).Run() > 0;
    }, cancel);
}
