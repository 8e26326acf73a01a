using Revela.Core;
using Revela.Core.Jobs;
using Revela.Core.Notices;
using Revela.Core.Queues;

namespace Revela.Storage.Sqlite;

/// <summary>Watches and notices in the embedded database.</summary>
sealed class SqliteNoticeStore(SqliteDatabase database) : INoticeStore
{
    const string Columns = "number, id, tenant, recipient, kind, data, created_at, read_at";

    const string Due = """
        SELECT w.job, w.tenant, w.recipient, w.kind, w.data, w.made_at, e.state, e.error FROM watches w
        JOIN jobs j ON j.id = w.job JOIN endings e ON e.seq = j.seq
        """;

    const string DueBatches = """
        SELECT w.job, w.tenant, w.recipient, w.kind, w.data, w.made_at, b.name, b.created_at, b.total, b.completed, b.failed, b.cancelled, b.cost_micros
        FROM watches w JOIN batches b ON b.id = w.job WHERE b.completed + b.failed + b.cancelled >= b.total
        """;

    public Task Add(Watch watch, CancellationToken cancel) => database.Write(tx =>
    {
        using var insert = tx.Db.Use("INSERT OR REPLACE INTO watches (job, tenant, recipient, kind, data, made_at) VALUES (?, ?, ?, ?, ?, ?)");
        return insert.Bind(watch.JobId).Bind(watch.Tenant).Bind(watch.Recipient).Bind(watch.Kind).Bind(RowJson.WriteObject(watch.Data)).Bind(watch.MadeAt).Run();
    }, cancel);

    public async Task<int> Tell(CancellationToken cancel)
    {
        // Most looks find nothing and need not write.
        if ((await database.Read(ReadDue, cancel).ConfigureAwait(false)).Count == 0) return 0;
        return await database.Write(tx =>
        {
            var due = ReadDue(tx.Db);
            foreach (var (watch, kind, data) in due)
            {
                Tell(tx, watch.Tenant, watch.Recipient, kind, data);
                using var delete = tx.Db.Use("DELETE FROM watches WHERE job = ?");
                delete.Bind(watch.JobId).Run();
            }
            using var forget = tx.Db.Use("DELETE FROM watches WHERE made_at < ? AND NOT EXISTS (SELECT 1 FROM jobs WHERE id = watches.job) AND NOT EXISTS (SELECT 1 FROM batches WHERE id = watches.job)");
            forget.Bind(tx.Now - Watch.KeepFor).Run();
            using var prune = tx.Db.Use("DELETE FROM notices WHERE number IN (SELECT number FROM notices ORDER BY number LIMIT 100) AND created_at < ?");
            prune.Bind(tx.Now - Notice.KeepFor).Run();
            return due.Count;
        }, cancel).ConfigureAwait(false);
    }

    public Task<Page<Notice>> List(NoticeQuery query, CancellationToken cancel) => database.Read(db =>
    {
        var limit = Cursors.Limit(query.Limit);
        using var select = db.Use($"""
            SELECT {Columns} FROM notices WHERE recipient = ? AND tenant = ? AND number < ? AND (? = 0 OR read_at IS NULL) ORDER BY number DESC LIMIT ?
            """);
        select.Bind(query.Recipient).Bind(query.Tenant).Bind(Cursors.Below(query.Cursor)).Bind(query.UnreadOnly).Bind(limit + 1);
        return Cursors.Page(ReadAll(select).ConvertAll(notice => (notice.Number, notice)), limit);
    }, cancel);

    public async Task<IReadOnlyList<Notice>> After(Guid recipient, long number, int limit, CancellationToken cancel) => await database.Read(db =>
    {
        using var select = db.Use($"SELECT {Columns} FROM notices WHERE recipient = ? AND number > ? ORDER BY number LIMIT ?");
        return ReadAll(select.Bind(recipient).Bind(number).Bind(limit));
    }, cancel).ConfigureAwait(false);

    public async Task<IReadOnlyList<Notice>> Since(long number, int limit, CancellationToken cancel) => await database.Read(db =>
    {
        using var select = db.Use($"SELECT {Columns} FROM notices WHERE number > ? ORDER BY number LIMIT ?");
        return ReadAll(select.Bind(number).Bind(limit));
    }, cancel).ConfigureAwait(false);

    public Task<long> LastNumber(Guid recipient, CancellationToken cancel) => database.Read(db =>
    {
        using var select = db.Use("SELECT COALESCE(MAX(number), 0) FROM notices WHERE recipient = ?");
        return select.Bind(recipient).Number();
    }, cancel);

    public Task<long> Unread(Guid recipient, CancellationToken cancel) => database.Read(db =>
    {
        using var count = db.Use("SELECT COUNT(*) FROM notices WHERE recipient = ? AND read_at IS NULL");
        return count.Bind(recipient).Number();
    }, cancel);

    public Task<bool> Read(Guid recipient, Guid? id, CancellationToken cancel) => database.Write(tx =>
    {
        using var update = tx.Db.Use("UPDATE notices SET read_at = COALESCE(read_at, ?) WHERE recipient = ? AND id = COALESCE(?, id)");
        return update.Bind(tx.Now).Bind(recipient).Bind(id).Run() > 0 || id is null;
    }, cancel);

    /// <summary>Makes a notice.</summary>
    /// <param name="data">JSON.</param>
    public static void Tell(WriteTransaction tx, string tenant, Guid recipient, string kind, string? data)
    {
        using var insert = tx.Db.Use("INSERT INTO notices (id, tenant, recipient, kind, data, created_at, read_at) VALUES (?, ?, ?, ?, ?, ?, NULL)");
        insert.Bind(Ids.New(tx.Time)).Bind(tenant).Bind(recipient).Bind(kind).Bind(data).Bind(tx.Now).Run();
        tx.Ring(Signal.Notices);
    }

    static List<(Watch Watch, string Kind, string? Data)> ReadDue(Connection db)
    {
        using var query = db.Use(Due);
        var due = new List<(Watch, string, string?)>();
        while (query.Step())
        {
            var watch = new Watch(query.Guid(0), query.Text(1), query.Guid(2), query.Text(3), RowJson.ReadObject(query.TextOrNull(4)), query.Time(5));
            var error = query.TextOrNull(7) is { } text ? RowJson.Read<JobError>(text) : null;
            due.Add((watch, watch.KindOf((JobState)query.Int(6)), RowJson.WriteObject(watch.DataOf(error))));
        }
        ReadDueBatches(db, due);
        return due;
    }

    static void ReadDueBatches(Connection db, List<(Watch Watch, string Kind, string? Data)> due)
    {
        using var query = db.Use(DueBatches);
        while (query.Step())
        {
            var watch = new Watch(query.Guid(0), query.Text(1), query.Guid(2), query.Text(3), RowJson.ReadObject(query.TextOrNull(4)), query.Time(5));
            var batch = new Batch(watch.JobId, watch.Tenant, query.TextOrNull(6), query.Time(7), query.Int(8), query.Int(9), query.Int(10), query.Int(11), Costs.Usd(query.Long(12)));
            due.Add((watch, watch.KindOf(batch), RowJson.WriteObject(watch.DataOf(batch))));
        }
    }

    static List<Notice> ReadAll(Statement row)
    {
        var notices = new List<Notice>();
        while (row.Step())
            notices.Add(new Notice(row.Long(0), row.Guid(1), row.Text(2), row.Guid(3), row.Text(4), RowJson.ReadObject(row.TextOrNull(5)), row.Time(6), row.TimeOrNull(7)));
        return notices;
    }
}
