using Revela.Core.Queues;

namespace Revela.Storage.Sqlite;

/// <summary>Settings of the queues in the embedded database.</summary>
sealed class SqliteQueueStore(SqliteDatabase database) : IQueueStore
{
    public async Task<IReadOnlyList<Queue>> List(CancellationToken cancel) => await database.Read(db =>
    {
        using var query = db.Use(QueueRows.SelectAll);
        var queues = new List<Queue>();
        while (query.Step()) queues.Add(QueueRows.Read(query).Settings);
        return queues;
    }, cancel).ConfigureAwait(false);

    public Task<Queue?> Get(string name, CancellationToken cancel) => database.Read(db =>
    {
        using var query = db.Use(QueueRows.SelectOne);
        return query.Bind(name).Step() ? QueueRows.Read(query).Settings : null;
    }, cancel);

    public Task Save(Queue queue, CancellationToken cancel) => database.Write(tx =>
    {
        tx.Line(queue.Name).Configure(queue);
        tx.Ring(Signal.Work);
        return true;
    }, cancel);

    public Task EnsureExists(Queue queue, CancellationToken cancel) => database.Write(tx =>
    {
        var line = tx.Line(queue.Name);
        if (line.IsConfigured) return false;
        line.Configure(queue);
        tx.Ring(Signal.Work);
        return true;
    }, cancel);
}
