using Revela.Core.Queues;
using Revela.Core.Webhooks;

namespace Revela.Storage.Sqlite;

/// <summary>Endpoints, callbacks and new messages in the embedded database.</summary>
sealed class SqliteWebhookStore(SqliteDatabase database) : IWebhookStore
{
    const string Columns =
        "id, tenant, url, description, events, secret, old_secret, old_secret_until, created_at, created_by, disabled_at, disabled_for, failing_since";

    public Task Add(WebhookEndpoint endpoint, CancellationToken cancel) => database.Write(tx =>
    {
        Save(tx, endpoint);
        return true;
    }, cancel);

    public Task<WebhookEndpoint?> Get(string tenant, Guid id, CancellationToken cancel) => database.Read(db => Get(db, id, tenant), cancel);

    public async Task<IReadOnlyList<WebhookEndpoint>> List(string? tenant, CancellationToken cancel) => await database.Read(db =>
    {
        using var query = db.Use($"SELECT {Columns} FROM webhooks WHERE tenant = COALESCE(?, tenant) ORDER BY created_at, id");
        query.Bind(tenant);
        var endpoints = new List<WebhookEndpoint>();
        while (query.Step()) endpoints.Add(Read(query));
        return endpoints;
    }, cancel).ConfigureAwait(false);

    public Task<WebhookEndpoint?> Change(string tenant, Guid id, WebhookChange change, CancellationToken cancel) => database.Write(tx =>
    {
        if (Get(tx.Db, id, tenant) is not { } endpoint) return null;
        var changed = change.Apply(endpoint, tx.Now);
        Save(tx, changed);
        if (changed.DisabledAt is not null) SqliteDeliveryStore.FailAll(tx, id);
        return changed;
    }, cancel);

    public Task<bool> Remove(string tenant, Guid id, CancellationToken cancel) => database.Write(tx =>
    {
        using var delete = tx.Db.Use("DELETE FROM webhooks WHERE id = ? AND tenant = ?");
        if (delete.Bind(id).Bind(tenant).Run() == 0) return false;
        using (var tries = tx.Db.Use("DELETE FROM delivery_tries WHERE delivery IN (SELECT id FROM deliveries WHERE endpoint = ?)")) tries.Bind(id).Run();
        using var deliveries = tx.Db.Use("DELETE FROM deliveries WHERE endpoint = ?");
        deliveries.Bind(id).Run();
        return true;
    }, cancel);

    public Task AddCallbacks(IReadOnlyList<Callback> callbacks, CancellationToken cancel) => database.Write(tx =>
    {
        foreach (var callback in callbacks)
        {
            using var insert = tx.Db.Use("INSERT OR REPLACE INTO callbacks (job, tenant, url, made_at) VALUES (?, ?, ?, ?)");
            insert.Bind(callback.JobId).Bind(callback.Tenant).Bind(callback.Url).Bind(callback.MadeAt).Run();
        }
        return true;
    }, cancel);

    public async Task<IReadOnlyList<Callback>> Callbacks(IReadOnlyList<Guid> jobs, CancellationToken cancel) => await database.Read(db =>
    {
        var callbacks = new List<Callback>();
        foreach (var job in jobs)
        {
            using var query = db.Use("SELECT tenant, url, made_at FROM callbacks WHERE job = ?");
            if (query.Bind(job).Step()) callbacks.Add(new Callback(job, query.Text(0), query.Text(1), query.Time(2)));
        }
        return callbacks;
    }, cancel).ConfigureAwait(false);

    public Task<bool> HasCallbacks(CancellationToken cancel) => database.Read(db =>
    {
        using var query = db.Use("SELECT EXISTS (SELECT 1 FROM callbacks)");
        return query.Number() != 0;
    }, cancel);

    public Task<bool> Write(string reader, long from, long to, IReadOnlyList<NewDelivery> deliveries, CancellationToken cancel) => database.Write(tx =>
    {
        if (!SqliteEventStore.Advance(tx, reader, from, to)) return false;
        foreach (var delivery in deliveries) Insert(tx, delivery);
        Forget(tx);
        return true;
    }, cancel);

    public Task Write(NewDelivery delivery, CancellationToken cancel) => database.Write(tx =>
    {
        Insert(tx, delivery);
        return true;
    }, cancel);

    public static WebhookEndpoint? Get(Connection db, Guid id, string? tenant = null)
    {
        using var query = db.Use($"SELECT {Columns} FROM webhooks WHERE id = ? AND tenant = COALESCE(?, tenant)");
        return query.Bind(id).Bind(tenant).Step() ? Read(query) : null;
    }

    public static void Save(WriteTransaction tx, WebhookEndpoint endpoint)
    {
        using var save = tx.Db.Use($"INSERT OR REPLACE INTO webhooks ({Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        save.Bind(endpoint.Id).Bind(endpoint.Tenant).Bind(endpoint.Url).Bind(endpoint.Description).Bind(RowJson.Write(endpoint.Events))
            .Bind(endpoint.Secret).Bind(endpoint.OldSecret).Bind(endpoint.OldSecretUntil).Bind(endpoint.CreatedAt).Bind(endpoint.CreatedBy)
            .Bind(endpoint.DisabledAt).Bind((long?)endpoint.DisabledFor).Bind(endpoint.FailingSince).Run();
    }

    static void Insert(WriteTransaction tx, NewDelivery delivery)
    {
        using var insert = tx.Db.Use("""
            INSERT INTO deliveries (id, tenant, endpoint, lane, url, type, body, job, state, tries, lease, held, created_at, next_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, 0, 0, ?9, ?9)
            """);
        insert.Bind(delivery.Id).Bind(delivery.Tenant).Bind(delivery.Endpoint).Bind(delivery.Lane).Bind(delivery.Url)
            .Bind(delivery.Type).Bind(delivery.Body).Bind(delivery.JobId).Bind(tx.Now).Run();
        // The senders follow the events, and what was written is due.
        tx.Ring(Signal.Events);
    }

    static void Forget(WriteTransaction tx)
    {
        var old = tx.Now - Delivery.KeepFor;
        using (var tries = tx.Db.Use("DELETE FROM delivery_tries WHERE delivery IN (SELECT id FROM deliveries WHERE finished_at < ? ORDER BY finished_at LIMIT 500)")) tries.Bind(old).Run();
        using (var done = tx.Db.Use("DELETE FROM deliveries WHERE number IN (SELECT number FROM deliveries WHERE finished_at < ? ORDER BY finished_at LIMIT 500)")) done.Bind(old).Run();
        using var promises = tx.Db.Use("""
            DELETE FROM callbacks WHERE job IN (SELECT job FROM callbacks c WHERE made_at < ? AND NOT EXISTS (SELECT 1 FROM jobs WHERE id = c.job) LIMIT 500)
            """);
        promises.Bind(tx.Now - Callback.KeepFor).Run();
    }

    static WebhookEndpoint Read(Statement row) => new()
    {
        Id = row.Guid(0),
        Tenant = row.Text(1),
        Url = row.Text(2),
        Description = row.TextOrNull(3),
        Events = RowJson.ReadList<string>(row.Text(4)),
        Secret = row.Bytes(5),
        OldSecret = row.IsNull(6) ? null : row.Bytes(6),
        OldSecretUntil = row.TimeOrNull(7),
        CreatedAt = row.Time(8),
        CreatedBy = row.GuidOrNull(9),
        DisabledAt = row.TimeOrNull(10),
        DisabledFor = (DisableReason?)row.IntOrNull(11),
        FailingSince = row.TimeOrNull(12),
    };
}
