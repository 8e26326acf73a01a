using System.Text.Json.Nodes;
using Revela.Core.Jobs;
using Revela.Core.Queues;
using Revela.Core.Webhooks;

namespace Revela.Storage.Postgres;

/// <summary>Messages on their way, in PostgreSQL.</summary>
sealed class PostgresDeliveryStore(PostgresDatabase database) : IDeliveryStore
{
    const string Columns = "d.number, d.id, d.tenant, d.endpoint, d.url, d.type, d.body, d.job, d.state, d.tries, d.created_at, d.next_at, d.finished_at, d.status";

    const string Take = $"""
        WITH lanes AS (
            SELECT lane, min(next_at) AS first FROM revela.deliveries WHERE state = 0 AND next_at <= $1 GROUP BY lane ORDER BY first LIMIT $2
        ), due AS (
            SELECT x.number FROM lanes l CROSS JOIN LATERAL (
                SELECT number FROM revela.deliveries WHERE lane = l.lane AND state = 0 AND next_at <= $1 ORDER BY next_at, number
                LIMIT GREATEST(0, $3 - (SELECT count(*) FROM revela.deliveries WHERE lane = l.lane AND held AND next_at > $1)) FOR UPDATE SKIP LOCKED
            ) x ORDER BY l.first LIMIT $2
        )
        UPDATE revela.deliveries d SET lease = d.lease + 1, held = true, next_at = $4 FROM due WHERE d.number = due.number RETURNING {Columns}, d.lease
        """;

    public async Task<IReadOnlyList<ClaimedDelivery>> Claim(int max, int perLane, TimeSpan leaseFor, CancellationToken cancel)
    {
        // Most looks find nothing and need not write.
        if (await NextDue(cancel).ConfigureAwait(false) is not { } due || due > database.Time.GetUtcNow()) return [];
        return await database.Write(async tx =>
        {
            var taken = await tx.Query(Sql.Of(Take).Bind(tx.Now).Bind(max).Bind((long)perLane).Bind(tx.Now + leaseFor), row => (Delivery: Read(row), Lease: row.Long())).ConfigureAwait(false);
            var endpoints = await PostgresWebhookStore.Find(tx, [.. taken.Select(one => one.Delivery.Endpoint).OfType<Guid>().Distinct()]).ConfigureAwait(false);
            var claimed = new List<ClaimedDelivery>();
            foreach (var (delivery, lease) in taken.OrderBy(one => one.Delivery.Number))
            {
                if (delivery.Endpoint is not { } id) claimed.Add(new ClaimedDelivery(delivery, lease, []));
                // An endpoint that has moved gets at its new address what was written for the old one.
                else if (endpoints.GetValueOrDefault(id) is { DisabledAt: null } endpoint) claimed.Add(new ClaimedDelivery(delivery with { Url = endpoint.Url }, lease, endpoint.Secrets(tx.Now)));
                else await FailAll(tx, id).ConfigureAwait(false);
            }
            return claimed;
        }, cancel).ConfigureAwait(false);
    }

    public async Task<DateTimeOffset?> NextDue(CancellationToken cancel) => (await database.Read(
        db => db.Query(Sql.Of("SELECT min(next_at) FROM revela.deliveries WHERE state = 0"), row => row.TimeOrNull()), cancel).ConfigureAwait(false)).Single();

    public Task<bool> Settle(DeliveryOutcome outcome, CancellationToken cancel) => database.Write(async tx =>
    {
        // First the endpoint, then its deliveries: two that settle never wait for each other.
        var at = await tx.Query(Sql.Of("SELECT endpoint FROM revela.deliveries WHERE id = $1").Bind(outcome.Id), row => row.GuidOrNull()).ConfigureAwait(false);
        var endpoint = at.SingleOrDefault() is { } id ? await PostgresWebhookStore.Lock(tx, id).ConfigureAwait(false) : null;
        var isOver = outcome.State != DeliveryState.Pending;
        var changed = await tx.Run(Sql.Of("""
            UPDATE revela.deliveries SET state = $1, tries = tries + 1, held = false, next_at = $2, finished_at = $3, status = $4 WHERE id = $5 AND lease = $6 AND held
            """).Bind((int)outcome.State).Bind(Cut(outcome.NextAt)).Bind(isOver ? tx.Now : (DateTimeOffset?)null).Bind(outcome.Try.Status).Bind(outcome.Id).Bind(outcome.Lease)).ConfigureAwait(false);
        if (changed == 0) return false;
        await Note(tx, outcome).ConfigureAwait(false);
        if (outcome.HoldUntil is { } until) await Hold(tx, outcome.Id, Micros.Cut(until)).ConfigureAwait(false);
        if (endpoint is not null) await Judge(tx, endpoint, endpoint.After(outcome, tx.Now)).ConfigureAwait(false);
        return true;
    }, cancel);

    public async Task<Delivery?> Get(string tenant, Guid id, CancellationToken cancel) =>
        (await database.Read(db => Find(db, tenant, id), cancel).ConfigureAwait(false)).SingleOrDefault();

    public async Task<IReadOnlyList<DeliveryTry>> Tries(Guid id, CancellationToken cancel) => await database.Read(
        db => db.Query(Sql.Of("SELECT at, took, status, response, error FROM revela.delivery_tries WHERE delivery = $1 ORDER BY number").Bind(id),
            row => new DeliveryTry(row.Time(), Micros.Span(row.Long()), row.IntOrNull(), row.TextOrNull(), row.TextOrNull())), cancel).ConfigureAwait(false);

    public Task<Page<Delivery>> List(DeliveryQuery query, CancellationToken cancel) => database.Read(async db =>
    {
        var limit = Cursors.Limit(query.Limit);
        var rows = await db.Query(Sql.Of($"""
            SELECT {Columns} FROM revela.deliveries d WHERE tenant = $1 AND number < $2 AND ($3::uuid IS NULL OR endpoint = $3) AND ($4::integer IS NULL OR state = $4)
                AND ($5::uuid IS NULL OR job = $5) ORDER BY number DESC LIMIT $6
            """).Bind(query.Tenant).Bind(Cursors.Below(query.Cursor)).Bind(query.Endpoint).Bind((int?)query.State).Bind(query.JobId).Bind(limit + 1), Read).ConfigureAwait(false);
        return Cursors.Page(rows.ConvertAll(delivery => (delivery.Number, delivery)), limit);
    }, cancel);

    public Task<Delivery?> Replay(string tenant, Guid id, CancellationToken cancel) => database.Write(async tx =>
    {
        await tx.Run(Sql.Of("UPDATE revela.deliveries SET state = 0, tries = 0, next_at = $1, finished_at = NULL WHERE id = $2 AND tenant = $3 AND state <> 0")
            .Bind(tx.Now).Bind(id).Bind(tenant)).ConfigureAwait(false);
        tx.Changes.Ring(Signal.Events);
        return (await Find(tx, tenant, id).ConfigureAwait(false)).SingleOrDefault();
    }, cancel);

    /// <summary>Gives up what waits for an endpoint.</summary>
    public static Task<int> FailAll(Transaction tx, Guid endpoint) => tx.Run(Sql.Of(
        "UPDATE revela.deliveries SET state = 2, held = false, next_at = NULL, finished_at = $1 WHERE endpoint = $2 AND state = 0").Bind(tx.Now).Bind(endpoint));

    static Task<int> Note(Transaction tx, DeliveryOutcome outcome) => tx.Run(Sql.Of("""
        INSERT INTO revela.delivery_tries (delivery, number, at, took, status, response, error)
        SELECT $1, COALESCE(max(number), 0) + 1, $2, $3, $4, $5, $6 FROM revela.delivery_tries WHERE delivery = $1
        """).Bind(outcome.Id).Bind(Micros.Cut(outcome.Try.At)).Bind(Micros.Of(outcome.Try.Took)).Bind(outcome.Try.Status)
        .Bind(Sql.Clean(outcome.Try.Response)).Bind(Sql.Clean(outcome.Try.Error)));

    static Task<int> Hold(Transaction tx, Guid delivery, DateTimeOffset until) => tx.Run(Sql.Of("""
        UPDATE revela.deliveries SET next_at = $1
        WHERE lane = (SELECT lane FROM revela.deliveries WHERE id = $2) AND state = 0 AND NOT held AND next_at < $1
        """).Bind(until).Bind(delivery));

    static async Task Judge(Transaction tx, WebhookEndpoint before, WebhookEndpoint after)
    {
        if (after == before) return;
        await PostgresWebhookStore.Save(tx, after).ConfigureAwait(false);
        if (after.DisabledAt is null || before.DisabledAt is not null) return;
        await FailAll(tx, after.Id).ConfigureAwait(false);
        if (after.CreatedBy is not { } person) return;
        var data = RowJson.WriteObject(new JsonObject { ["url"] = after.Url, ["webhook_id"] = after.Id });
        await PostgresNoticeStore.Tell(tx, after.Tenant, person, IDeliveryStore.DisabledNotice, data).ConfigureAwait(false);
    }

    static Task<List<Delivery>> Find(Transaction tx, string tenant, Guid id) =>
        tx.Query(Sql.Of($"SELECT {Columns} FROM revela.deliveries d WHERE id = $1 AND tenant = $2").Bind(id).Bind(tenant), Read);

    static DateTimeOffset? Cut(DateTimeOffset? time) => time is { } known ? Micros.Cut(known) : null;

    static Delivery Read(Row row) => new(
        row.Long(), row.Guid(), row.Text(), row.GuidOrNull(), row.Text(), row.Text(), row.Text(), row.GuidOrNull(), (DeliveryState)row.Int(), row.Int(),
        row.Time(), row.TimeOrNull(), row.TimeOrNull(), row.IntOrNull());
}
