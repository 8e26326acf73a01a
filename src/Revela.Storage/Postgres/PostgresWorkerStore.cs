using Revela.Core.Queues;

namespace Revela.Storage.Postgres;

/// <summary>Processes that claim jobs, in PostgreSQL.</summary>
sealed class PostgresWorkerStore(PostgresDatabase database) : IWorkerStore
{
    public Task Save(WorkerInfo worker, CancellationToken cancel) => database.Write(tx => tx.Run(Sql.Of("""
        INSERT INTO revela.workers (id, host, process_id, process_start, started_at, seen_at, megabytes) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (id) DO UPDATE SET host = $2, process_id = $3, process_start = $4, started_at = $5, seen_at = $6, megabytes = $7
        """).Bind(worker.Id).Bind(worker.Host).Bind(worker.ProcessId).Bind(worker.ProcessStart)
        .Bind(Micros.Cut(worker.StartedAt)).Bind(Micros.Cut(worker.SeenAt)).Bind(worker.Megabytes)), cancel);

    public async Task<IReadOnlyList<WorkerInfo>> List(CancellationToken cancel) => await database.Read(db => db.Query(
        Sql.Of("SELECT id, host, process_id, process_start, started_at, seen_at, megabytes, drains FROM revela.workers ORDER BY started_at, id"),
        row => new WorkerInfo(row.Text(), row.Text(), row.Int(), row.Long(), row.Time(), row.Time(), row.Int()) { Drains = row.Bool() }), cancel).ConfigureAwait(false);

    public Task<bool> Drain(string workerId, bool drains, CancellationToken cancel) => database.Write(async tx =>
    {
        var found = await tx.Run(Sql.Of("UPDATE revela.workers SET drains = $2 WHERE id = $1").Bind(workerId).Bind(drains)).ConfigureAwait(false) > 0;
        if (found) tx.Changes.Ring(Signal.Work);
        return found;
    }, cancel);

    public Task Remove(string workerId, CancellationToken cancel) =>
        database.Write(async tx => await tx.Run(Sql.Of("DELETE FROM revela.workers WHERE id = $1").Bind(workerId)).ConfigureAwait(false)
            + await tx.Run(Sql.Of("DELETE FROM revela.duties WHERE worker = $1").Bind(workerId)).ConfigureAwait(false), cancel);

    public async Task<bool> TakeDuty(string duty, string workerId, TimeSpan holdFor, CancellationToken cancel) => await database.Write(tx => tx.Run(Sql.Of("""
        INSERT INTO revela.duties (name, worker, held_until) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET worker = excluded.worker, held_until = excluded.held_until WHERE duties.worker = excluded.worker OR duties.held_until <= $4
        """).Bind(duty).Bind(workerId).Bind(tx.Now + holdFor).Bind(tx.Now)), cancel).ConfigureAwait(false) > 0;
}
