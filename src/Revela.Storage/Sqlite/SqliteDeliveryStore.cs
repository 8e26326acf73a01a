using System.Text.Json.Nodes;
using Revela.Core.Jobs;
using Revela.Core.Queues;
using Revela.Core.Webhooks;

namespace Revela.Storage.Sqlite;

/// <summary>Messages on their way, in the embedded database.</summary>
sealed class SqliteDeliveryStore(SqliteDatabase database) : IDeliveryStore
{
    const string Columns = "number, id, tenant, endpoint, url, type, body, job, state, tries, created_at, next_at, finished_at, status";

    public async Task<IReadOnlyList<ClaimedDelivery>> Claim(int max, int perLane, TimeSpan leaseFor, CancellationToken cancel)
    {
        // Most looks find nothing and need not write.
        if (await NextDue(cancel).ConfigureAwait(false) is not { } due || due > database.Time.GetUtcNow()) return [];
        return await database.Write(tx =>
        {
            var claimed = new List<ClaimedDelivery>();
            foreach (var lane in Lanes(tx))
                foreach (var number in Due(tx, lane, Math.Min(perLane - Held(tx, lane), max - claimed.Count)))
                    if (Lease(tx, number, leaseFor) is { } taken) claimed.Add(taken);
            return claimed;
        }, cancel).ConfigureAwait(false);
    }

    public Task<DateTimeOffset?> NextDue(CancellationToken cancel) => database.Read(db =>
    {
        using var query = db.Use("SELECT MIN(next_at) FROM deliveries WHERE state = 0");
        return query.Step() ? query.TimeOrNull(0) : null;
    }, cancel);

    public Task<bool> Settle(DeliveryOutcome outcome, CancellationToken cancel) => database.Write(tx =>
    {
        using (var update = tx.Db.Use("""
            UPDATE deliveries SET state = ?, tries = tries + 1, held = 0, next_at = ?, finished_at = ?, status = ? WHERE id = ? AND lease = ? AND held = 1
            """))
        {
            var isOver = outcome.State != DeliveryState.Pending;
            update.Bind((long)outcome.State).Bind(outcome.NextAt).Bind(isOver ? tx.Now : null).Bind(outcome.Try.Status).Bind(outcome.Id).Bind(outcome.Lease);
            if (update.Run() == 0) return false;
        }
        Note(tx, outcome);
        var delivery = Find(tx.Db, outcome.Id)!;
        if (outcome.HoldUntil is { } until) Hold(tx, outcome.Id, until);
        if (delivery.Endpoint is { } id && SqliteWebhookStore.Get(tx.Db, id) is { } endpoint) Judge(tx, endpoint, endpoint.After(outcome, tx.Now));
        return true;
    }, cancel);

    public Task<Delivery?> Get(string tenant, Guid id, CancellationToken cancel) =>
        database.Read(db => Find(db, id) is { } found && found.Tenant == tenant ? found : null, cancel);

    public async Task<IReadOnlyList<DeliveryTry>> Tries(Guid id, CancellationToken cancel) => await database.Read(db =>
    {
        using var query = db.Use("SELECT at, took, status, response, error FROM delivery_tries WHERE delivery = ? ORDER BY number");
        query.Bind(id);
        var tries = new List<DeliveryTry>();
        while (query.Step()) tries.Add(new DeliveryTry(query.Time(0), Micros.Span(query.Long(1)), query.IntOrNull(2), query.TextOrNull(3), query.TextOrNull(4)));
        return tries;
    }, cancel).ConfigureAwait(false);

    public Task<Page<Delivery>> List(DeliveryQuery query, CancellationToken cancel) => database.Read(db =>
    {
        var limit = Cursors.Limit(query.Limit);
        using var select = db.Use($"""
            SELECT {Columns} FROM deliveries WHERE tenant = ?1 AND number < ?2 AND (?3 IS NULL OR endpoint = ?3) AND (?4 IS NULL OR state = ?4) AND (?5 IS NULL OR job = ?5)
            ORDER BY number DESC LIMIT ?6
            """);
        select.Bind(query.Tenant).Bind(Cursors.Below(query.Cursor)).Bind(query.Endpoint).Bind((long?)query.State).Bind(query.JobId).Bind(limit + 1);
        var rows = new List<(long, Delivery)>();
        while (select.Step()) rows.Add((select.Long(0), Read(select)));
        return Cursors.Page(rows, limit);
    }, cancel);

    public Task<Delivery?> Replay(string tenant, Guid id, CancellationToken cancel) => database.Write(tx =>
    {
        if (Find(tx.Db, id) is not { } found || found.Tenant != tenant) return null;
        using var update = tx.Db.Use("UPDATE deliveries SET state = 0, tries = 0, next_at = ?, finished_at = NULL WHERE id = ? AND state <> 0");
        update.Bind(tx.Now).Bind(id).Run();
        tx.Ring(Signal.Events);
        return Find(tx.Db, id);
    }, cancel);

    /// <summary>Gives up what waits for an endpoint.</summary>
    public static void FailAll(WriteTransaction tx, Guid endpoint)
    {
        using var update = tx.Db.Use("UPDATE deliveries SET state = 2, held = 0, next_at = NULL, finished_at = ? WHERE endpoint = ? AND state = 0");
        update.Bind(tx.Now).Bind(endpoint).Run();
    }

    static List<Guid> Lanes(WriteTransaction tx)
    {
        using var query = tx.Db.Use("SELECT lane, MIN(next_at) AS first FROM deliveries WHERE state = 0 AND next_at <= ? GROUP BY lane ORDER BY first");
        query.Bind(tx.Now);
        var lanes = new List<Guid>();
        while (query.Step()) lanes.Add(query.Guid(0));
        return lanes;
    }

    static int Held(WriteTransaction tx, Guid lane)
    {
        using var query = tx.Db.Use("SELECT COUNT(*) FROM deliveries WHERE lane = ? AND held = 1 AND next_at > ?");
        return (int)query.Bind(lane).Bind(tx.Now).Number();
    }

    static List<long> Due(WriteTransaction tx, Guid lane, int most)
    {
        var numbers = new List<long>();
        if (most <= 0) return numbers;
        using var query = tx.Db.Use("SELECT number FROM deliveries WHERE lane = ? AND state = 0 AND next_at <= ? ORDER BY next_at, number LIMIT ?");
        query.Bind(lane).Bind(tx.Now).Bind(most);
        while (query.Step()) numbers.Add(query.Long(0));
        return numbers;
    }

    static ClaimedDelivery? Lease(WriteTransaction tx, long number, TimeSpan leaseFor)
    {
        using (var lease = tx.Db.Use("UPDATE deliveries SET lease = lease + 1, held = 1, next_at = ? WHERE number = ?")) lease.Bind(tx.Now + leaseFor).Bind(number).Run();
        using var query = tx.Db.Use($"SELECT {Columns}, lease FROM deliveries WHERE number = ?");
        query.Bind(number).Step();
        var (delivery, held) = (Read(query), query.Long(14));
        if (delivery.Endpoint is not { } id) return new ClaimedDelivery(delivery, held, []);
        // An endpoint that has moved gets at its new address what was written for the old one.
        if (SqliteWebhookStore.Get(tx.Db, id) is { DisabledAt: null } endpoint) return new ClaimedDelivery(delivery with { Url = endpoint.Url }, held, endpoint.Secrets(tx.Now));
        FailAll(tx, id);
        return null;
    }

    static void Note(WriteTransaction tx, DeliveryOutcome outcome)
    {
        using var insert = tx.Db.Use("""
            INSERT INTO delivery_tries (delivery, number, at, took, status, response, error)
            SELECT ?1, COALESCE(MAX(number), 0) + 1, ?2, ?3, ?4, ?5, ?6 FROM delivery_tries WHERE delivery = ?1
            """);
        var made = outcome.Try;
        insert.Bind(outcome.Id).Bind(made.At).Bind(Micros.Of(made.Took)).Bind(made.Status).Bind(made.Response).Bind(made.Error).Run();
    }

    static void Hold(WriteTransaction tx, Guid delivery, DateTimeOffset until)
    {
        using var update = tx.Db.Use("""
            UPDATE deliveries SET next_at = ?1 WHERE lane = (SELECT lane FROM deliveries WHERE id = ?2) AND state = 0 AND held = 0 AND next_at < ?1
            """);
        update.Bind(until).Bind(delivery).Run();
    }

    static void Judge(WriteTransaction tx, WebhookEndpoint before, WebhookEndpoint after)
    {
        if (after == before) return;
        SqliteWebhookStore.Save(tx, after);
        if (after.DisabledAt is null || before.DisabledAt is not null) return;
        FailAll(tx, after.Id);
        if (after.CreatedBy is not { } person) return;
        SqliteNoticeStore.Tell(tx, after.Tenant, person, IDeliveryStore.DisabledNotice, RowJson.WriteObject(new JsonObject { ["url"] = after.Url, ["webhook_id"] = after.Id }));
    }

    static Delivery? Find(Connection db, Guid id)
    {
        using var query = db.Use($"SELECT {Columns} FROM deliveries WHERE id = ?");
        return query.Bind(id).Step() ? Read(query) : null;
    }

    static Delivery Read(Statement row) => new(
        row.Long(0), row.Guid(1), row.Text(2), row.GuidOrNull(3), row.Text(4), row.Text(5), row.Text(6), row.GuidOrNull(7), (DeliveryState)row.Int(8), row.Int(9),
        row.Time(10), row.TimeOrNull(11), row.TimeOrNull(12), row.IntOrNull(13));
}
