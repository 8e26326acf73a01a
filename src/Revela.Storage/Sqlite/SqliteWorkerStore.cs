using Revela.Core.Queues;

namespace Revela.Storage.Sqlite;

/// <summary>Processes that claim jobs, in the embedded database.</summary>
sealed class SqliteWorkerStore(SqliteDatabase database) : IWorkerStore
{
    public Task Save(WorkerInfo worker, CancellationToken cancel) => database.Write(tx =>
    {
        using var upsert = tx.Db.Use("""
            INSERT OR REPLACE INTO workers (id, host, process_id, process_start, started_at, seen_at, megabytes) VALUES (?, ?, ?, ?, ?, ?, ?)
            """);
        return upsert.Bind(worker.Id).Bind(worker.Host).Bind(worker.ProcessId).Bind(worker.ProcessStart)
            .Bind(worker.StartedAt).Bind(worker.SeenAt).Bind(worker.Megabytes).Run();
    }, cancel);

    public async Task<IReadOnlyList<WorkerInfo>> List(CancellationToken cancel) => await database.Read(db =>
    {
        using var query = db.Use("SELECT id, host, process_id, process_start, started_at, seen_at, megabytes FROM workers ORDER BY started_at, id");
        var workers = new List<WorkerInfo>();
        while (query.Step())
            workers.Add(new WorkerInfo(query.Text(0), query.Text(1), query.Int(2), query.Long(3), query.Time(4), query.Time(5), query.Int(6)));
        return workers;
    }, cancel).ConfigureAwait(false);

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
