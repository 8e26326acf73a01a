using Revela.Core;
using Revela.Core.Jobs;
using Revela.Core.Notices;
using Revela.Core.Queues;

namespace Revela.Storage.Postgres;

/// <summary>Watches and notices in PostgreSQL.</summary>
sealed class PostgresNoticeStore(PostgresDatabase database) : INoticeStore
{
    const string Columns = "number, id, tenant, recipient, kind, data, created_at, read_at";

    // Whoever deletes a watch tells of it; another that meant to waits for the row and finds it gone.
    const string Take = """
        DELETE FROM revela.watches w USING revela.jobs j, revela.endings e WHERE j.id = w.job AND e.seq = j.seq
        RETURNING w.job, w.tenant, w.recipient, w.kind, w.data, w.made_at, e.state, e.error
        """;

    const string TakeBatches = """
        DELETE FROM revela.watches w USING revela.batches b WHERE b.id = w.job AND b.completed + b.failed + b.cancelled >= b.total
        RETURNING w.job, w.tenant, w.recipient, w.kind, w.data, w.made_at, b.name, b.created_at, b.total, b.completed, b.failed, b.cancelled, b.cost_micros
        """;

    const string Forget = """
        DELETE FROM revela.watches w WHERE made_at < $1
            AND NOT EXISTS (SELECT 1 FROM revela.jobs j WHERE j.id = w.job) AND NOT EXISTS (SELECT 1 FROM revela.batches b WHERE b.id = w.job)
        """;

    // The oldest have the lowest numbers.
    const string Prune = "DELETE FROM revela.notices WHERE number IN (SELECT number FROM revela.notices ORDER BY number LIMIT 100) AND created_at < $1";

    public Task Add(Watch watch, CancellationToken cancel) => database.Write(
        tx => tx.Run(Sql.Of("""
            INSERT INTO revela.watches (job, tenant, recipient, kind, data, made_at) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (job) DO UPDATE SET recipient = excluded.recipient, kind = excluded.kind, data = excluded.data, made_at = excluded.made_at
            """).Bind(watch.JobId).Bind(watch.Tenant).Bind(watch.Recipient).Bind(watch.Kind).Bind(Sql.Clean(RowJson.WriteObject(watch.Data))).Bind(Micros.Cut(watch.MadeAt))),
        cancel);

    public async Task<int> Tell(CancellationToken cancel)
    {
        // Most looks find nothing and need not write.
        var any = await database.Read(db => db.Query(Sql.Of("SELECT 1 FROM revela.watches LIMIT 1"), row => row.Int()), cancel).ConfigureAwait(false);
        return any.Count == 0 ? 0 : await database.Write(TellDue, cancel).ConfigureAwait(false);
    }

    public Task<Page<Notice>> List(NoticeQuery query, CancellationToken cancel) => database.Read(async db =>
    {
        var limit = Cursors.Limit(query.Limit);
        var select = Sql.Of($"""
            SELECT {Columns} FROM revela.notices WHERE recipient = $1 AND tenant = $2 AND number < $3 AND (NOT $4 OR read_at IS NULL) ORDER BY number DESC LIMIT $5
            """).Bind(query.Recipient).Bind(query.Tenant).Bind(Cursors.Below(query.Cursor)).Bind(query.UnreadOnly).Bind(limit + 1);
        return Cursors.Page((await db.Query(select, Read).ConfigureAwait(false)).ConvertAll(notice => (notice.Number, notice)), limit);
    }, cancel);

    public async Task<IReadOnlyList<Notice>> After(Guid recipient, long number, int limit, CancellationToken cancel) => await database.Read(
        db => db.Query(Sql.Of($"SELECT {Columns} FROM revela.notices WHERE recipient = $1 AND number > $2 ORDER BY number LIMIT $3").Bind(recipient).Bind(number).Bind(limit), Read),
        cancel).ConfigureAwait(false);

    public async Task<IReadOnlyList<Notice>> Since(long number, int limit, CancellationToken cancel) => await database.Read(
        db => db.Query(Sql.Of($"SELECT {Columns} FROM revela.notices WHERE number > $1 ORDER BY number LIMIT $2").Bind(number).Bind(limit), Read), cancel).ConfigureAwait(false);

    public Task<long> LastNumber(Guid recipient, CancellationToken cancel) => Number("SELECT COALESCE(MAX(number), 0) FROM revela.notices WHERE recipient = $1", recipient, cancel);

    public Task<long> Unread(Guid recipient, CancellationToken cancel) => Number("SELECT COUNT(*) FROM revela.notices WHERE recipient = $1 AND read_at IS NULL", recipient, cancel);

    public async Task<bool> Read(Guid recipient, Guid? id, CancellationToken cancel) => await database.Write(
        tx => tx.Run(Sql.Of("UPDATE revela.notices SET read_at = COALESCE(read_at, $1) WHERE recipient = $2 AND id = COALESCE($3, id)").Bind(tx.Now).Bind(recipient).Bind(id)),
        cancel).ConfigureAwait(false) > 0 || id is null;

    async Task<long> Number(string question, Guid recipient, CancellationToken cancel) =>
        (await database.Read(db => db.Query(Sql.Of(question).Bind(recipient), row => row.Long()), cancel).ConfigureAwait(false)).Single();

    static async Task<int> TellDue(Transaction tx)
    {
        await Lock(tx).ConfigureAwait(false);
        var due = await tx.Query(Sql.Of(Take), ReadDue).ConfigureAwait(false);
        due.AddRange(await tx.Query(Sql.Of(TakeBatches), ReadDueBatch).ConfigureAwait(false));
        foreach (var (watch, kind, data) in due) await Add(tx, watch.Tenant, watch.Recipient, kind, data).ConfigureAwait(false);
        await tx.Run(Sql.Of(Forget).Bind(tx.Now - Watch.KeepFor)).ConfigureAwait(false);
        await tx.Run(Sql.Of(Prune).Bind(tx.Now - Notice.KeepFor)).ConfigureAwait(false);
        return due.Count;
    }

    /// <summary>Makes a notice. Nothing may be waited for behind it but rows of watches.</summary>
    /// <param name="data">JSON.</param>
    public static async Task Tell(Transaction tx, string tenant, Guid recipient, string kind, string? data)
    {
        await Lock(tx).ConfigureAwait(false);
        await Add(tx, tenant, recipient, kind, data).ConfigureAwait(false);
    }

    // Numbers become readable in their order, so that whoever follows them misses none.
    static Task Lock(Transaction tx) => tx.Query(Sql.Of($"SELECT pg_advisory_xact_lock({Locks.Notices})"), _ => 0);

    static Task<int> Add(Transaction tx, string tenant, Guid recipient, string kind, string? data)
    {
        tx.Changes.Ring(Signal.Notices);
        return tx.Run(Sql.Of("INSERT INTO revela.notices (id, tenant, recipient, kind, data, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
            .Bind(Ids.New(tx.Time)).Bind(tenant).Bind(recipient).Bind(kind).Bind(data).Bind(tx.Now));
    }

    static Watch ReadWatch(Row row) => new(row.Guid(), row.Text(), row.Guid(), row.Text(), RowJson.ReadObject(row.TextOrNull()), row.Time());

    static (Watch Watch, string Kind, string? Data) ReadDueBatch(Row row)
    {
        var watch = ReadWatch(row);
        var batch = new Batch(watch.JobId, watch.Tenant, row.TextOrNull(), row.Time(), row.Int(), row.Int(), row.Int(), row.Int(), Costs.Usd(row.Long()));
        return (watch, watch.KindOf(batch), RowJson.WriteObject(watch.DataOf(batch)));
    }

    static (Watch Watch, string Kind, string? Data) ReadDue(Row row)
    {
        var watch = ReadWatch(row);
        var state = (JobState)row.Int();
        var error = row.TextOrNull() is { } text ? RowJson.Read<JobError>(text) : null;
        return (watch, watch.KindOf(state), RowJson.WriteObject(watch.DataOf(error)));
    }

    static Notice Read(Row row) =>
        new(row.Long(), row.Guid(), row.Text(), row.Guid(), row.Text(), RowJson.ReadObject(row.TextOrNull()), row.Time(), row.TimeOrNull());
}
