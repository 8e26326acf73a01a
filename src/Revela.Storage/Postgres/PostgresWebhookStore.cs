using Npgsql;
using Revela.Core.Queues;
using Revela.Core.Webhooks;

namespace Revela.Storage.Postgres;

/// <summary>Endpoints, callbacks and new messages in PostgreSQL.</summary>
sealed class PostgresWebhookStore(PostgresDatabase database) : IWebhookStore
{
    const string Columns =
        "id, tenant, url, description, events, secret, old_secret, old_secret_until, created_at, created_by, disabled_at, disabled_for, failing_since";

    static readonly Table<Callback> CallbackRows = new Table<Callback>("callbacks")
        .Column("job", c => c.JobId).Column("tenant", c => c.Tenant).Column("url", c => Sql.Clean(c.Url)).Column("made_at", c => Micros.Cut(c.MadeAt));

    public Task Add(WebhookEndpoint endpoint, CancellationToken cancel) => database.Write(tx => Save(tx, endpoint), cancel);

    public async Task<WebhookEndpoint?> Get(string tenant, Guid id, CancellationToken cancel) => (await database.Read(
        db => db.Query(Sql.Of($"SELECT {Columns} FROM revela.webhooks WHERE id = $1 AND tenant = $2").Bind(id).Bind(tenant), Read), cancel).ConfigureAwait(false)).SingleOrDefault();

    public async Task<IReadOnlyList<WebhookEndpoint>> List(string? tenant, CancellationToken cancel) => await database.Read(
        db => db.Query(Sql.Of($"SELECT {Columns} FROM revela.webhooks WHERE tenant = COALESCE($1, tenant) ORDER BY created_at, id").Bind(tenant), Read), cancel).ConfigureAwait(false);

    public Task<WebhookEndpoint?> Change(string tenant, Guid id, WebhookChange change, CancellationToken cancel) => database.Write(async tx =>
    {
        if (await Lock(tx, id).ConfigureAwait(false) is not { } endpoint || endpoint.Tenant != tenant) return null;
        var changed = change.Apply(endpoint, tx.Now);
        await Save(tx, changed).ConfigureAwait(false);
        if (changed.DisabledAt is not null) await PostgresDeliveryStore.FailAll(tx, id).ConfigureAwait(false);
        return changed;
    }, cancel);

    public Task<bool> Remove(string tenant, Guid id, CancellationToken cancel) => database.Write(async tx =>
    {
        if (await tx.Run(Sql.Of("DELETE FROM revela.webhooks WHERE id = $1 AND tenant = $2").Bind(id).Bind(tenant)).ConfigureAwait(false) == 0) return false;
        await tx.Run(Sql.Of("DELETE FROM revela.delivery_tries WHERE delivery IN (SELECT id FROM revela.deliveries WHERE endpoint = $1)").Bind(id)).ConfigureAwait(false);
        await tx.Run(Sql.Of("DELETE FROM revela.deliveries WHERE endpoint = $1").Bind(id)).ConfigureAwait(false);
        return true;
    }, cancel);

    public Task AddCallbacks(IReadOnlyList<Callback> callbacks, CancellationToken cancel) => database.Write(
        tx => tx.Run(CallbackRows.Insert(callbacks, "ON CONFLICT (job) DO UPDATE SET url = excluded.url, made_at = excluded.made_at")), cancel);

    public async Task<IReadOnlyList<Callback>> Callbacks(IReadOnlyList<Guid> jobs, CancellationToken cancel) => await database.Read(
        db => db.Query(Sql.Of("SELECT job, tenant, url, made_at FROM revela.callbacks WHERE job = ANY($1)").Bind(jobs.ToArray()),
            row => new Callback(row.Guid(), row.Text(), row.Text(), row.Time())), cancel).ConfigureAwait(false);

    public async Task<bool> HasCallbacks(CancellationToken cancel) =>
        (await database.Read(db => db.Query(Sql.Of("SELECT EXISTS (SELECT 1 FROM revela.callbacks)"), row => row.Bool()), cancel).ConfigureAwait(false)).Single();

    public Task<bool> Write(string reader, long from, long to, IReadOnlyList<NewDelivery> deliveries, CancellationToken cancel) => database.Write(async tx =>
    {
        if (!await PostgresEventStore.Advance(tx, reader, from, to).ConfigureAwait(false)) return false;
        if (deliveries.Count > 0) await Insert(tx, deliveries).ConfigureAwait(false);
        await Forget(tx).ConfigureAwait(false);
        return true;
    }, cancel);

    public Task Write(NewDelivery delivery, CancellationToken cancel) => database.Write(tx => Insert(tx, [delivery]), cancel);

    /// <summary>The endpoint, not to be changed by others before the commit.</summary>
    public static async Task<WebhookEndpoint?> Lock(Transaction tx, Guid id) =>
        (await tx.Query(Sql.Of($"SELECT {Columns} FROM revela.webhooks WHERE id = $1 FOR UPDATE").Bind(id), Read).ConfigureAwait(false)).SingleOrDefault();

    public static async Task<IReadOnlyDictionary<Guid, WebhookEndpoint>> Find(Transaction tx, Guid[] ids) =>
        (await tx.Query(Sql.Of($"SELECT {Columns} FROM revela.webhooks WHERE id = ANY($1)").Bind(ids), Read).ConfigureAwait(false)).ToDictionary(endpoint => endpoint.Id);

    public static Task<int> Save(Transaction tx, WebhookEndpoint endpoint) => tx.Run(Sql.Of($"""
        INSERT INTO revela.webhooks ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT (id) DO UPDATE SET url = excluded.url, description = excluded.description, events = excluded.events, secret = excluded.secret,
            old_secret = excluded.old_secret, old_secret_until = excluded.old_secret_until,
            disabled_at = excluded.disabled_at, disabled_for = excluded.disabled_for, failing_since = excluded.failing_since
        """)
        .Bind(endpoint.Id).Bind(endpoint.Tenant).Bind(Sql.Clean(endpoint.Url)).Bind(Sql.Clean(endpoint.Description)).Bind(RowJson.Write(endpoint.Events))
        .Bind(endpoint.Secret).Bind(endpoint.OldSecret).Bind(endpoint.OldSecretUntil).Bind(Micros.Cut(endpoint.CreatedAt)).Bind(endpoint.CreatedBy)
        .Bind(endpoint.DisabledAt).Bind((int?)endpoint.DisabledFor).Bind(endpoint.FailingSince));

    static Task<int> Insert(Transaction tx, IReadOnlyList<NewDelivery> deliveries)
    {
        var now = tx.Now;
        var table = new Table<NewDelivery>("deliveries")
            .Column("id", d => d.Id).Column("tenant", d => d.Tenant).Column("endpoint", d => d.Endpoint).Column("lane", d => d.Lane).Column("url", d => Sql.Clean(d.Url))
            .Column("type", d => d.Type).Column("body", d => Sql.Clean(d.Body)).Column("job", d => d.JobId).Column("state", _ => (int)DeliveryState.Pending)
            .Column("tries", _ => 0).Column("lease", _ => 0L).Column("held", _ => false).Column("created_at", _ => now).Column("next_at", _ => now);
        // The senders follow the events, and what was written is due.
        tx.Changes.Ring(Signal.Events);
        return tx.Run(table.Insert(deliveries));
    }

    static async Task Forget(Transaction tx)
    {
        await tx.Run(Sql.Of("""
            WITH gone AS (DELETE FROM revela.deliveries WHERE number IN (SELECT number FROM revela.deliveries WHERE finished_at < $1 ORDER BY finished_at LIMIT 500) RETURNING id)
            DELETE FROM revela.delivery_tries WHERE delivery IN (SELECT id FROM gone)
            """).Bind(tx.Now - Delivery.KeepFor)).ConfigureAwait(false);
        await tx.Run(Sql.Of("""
            DELETE FROM revela.callbacks WHERE job IN (SELECT job FROM revela.callbacks c WHERE made_at < $1 AND NOT EXISTS (SELECT 1 FROM revela.jobs WHERE id = c.job) LIMIT 500)
            """).Bind(tx.Now - Callback.KeepFor)).ConfigureAwait(false);
    }

    static WebhookEndpoint Read(Row row) => new()
    {
        Id = row.Guid(),
        Tenant = row.Text(),
        Url = row.Text(),
        Description = row.TextOrNull(),
        Events = RowJson.ReadList<string>(row.Text()),
        Secret = row.Bytes(),
        OldSecret = row.BytesOrNull(),
        OldSecretUntil = row.TimeOrNull(),
        CreatedAt = row.Time(),
        CreatedBy = row.GuidOrNull(),
        DisabledAt = row.TimeOrNull(),
        DisabledFor = (DisableReason?)row.IntOrNull(),
        FailingSince = row.TimeOrNull(),
    };
}
