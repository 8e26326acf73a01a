using Revela.Core.Queues;

namespace Revela.Storage.Postgres;

/// <summary>Settings of the queues in PostgreSQL.</summary>
sealed class PostgresQueueStore(PostgresDatabase database) : IQueueStore
{
    public async Task<IReadOnlyList<Queue>> List(CancellationToken cancel) =>
        await database.Read(db => db.Query(Sql.Of($"SELECT {QueueRows.Columns} FROM revela.queues ORDER BY name"), QueueRows.Read), cancel).ConfigureAwait(false);

    public async Task<Queue?> Get(string name, CancellationToken cancel) => (await database.Read(
        db => db.Query(Sql.Of($"SELECT {QueueRows.Columns} FROM revela.queues WHERE name = $1").Bind(name), QueueRows.Read), cancel).ConfigureAwait(false)).SingleOrDefault();

    public Task Save(Queue queue, CancellationToken cancel) => Write(queue, onlyNew: false, cancel);

    public Task EnsureExists(Queue queue, CancellationToken cancel) => Write(queue, onlyNew: true, cancel);

    Task<bool> Write(Queue queue, bool onlyNew, CancellationToken cancel) => database.Write(async tx =>
    {
        var changed = await tx.Run(QueueRows.Write(queue, onlyNew)).ConfigureAwait(false) > 0;
        if (changed) tx.Changes.Ring(Signal.Work);
        return changed;
    }, cancel);
}
