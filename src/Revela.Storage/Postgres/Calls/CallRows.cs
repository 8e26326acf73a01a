using Npgsql;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Core.Pipelines;

namespace Revela.Storage.Postgres.Calls;

/// <summary>Calls to outside services, kept as long as budgets look back; one that is open, as long as its job.</summary>
static class CallRows
{
    static readonly TimeSpan KeptFor = TimeSpan.FromDays(40);

    const string Columns = "number, job, step, provider, state, at, cost_micros";

    public static async Task<CallPermit> Begin(Transaction tx, NewCall call)
    {
        if (!await HoldsLease(tx, call.Ticket).ConfigureAwait(false)) return new CallPermit.StaleLease();
        if (await FindOpen(tx, call.Ticket).ConfigureAwait(false) is var (earlier, reply))
        {
            if (reply is not null && earlier.Provider == call.Provider) return await HandOver(tx, earlier, reply, call.Ticket).ConfigureAwait(false);
            if (!call.MayRepeat) return new CallPermit.StillOpen(earlier);
            foreach (var change in WriteOff(call.Ticket.JobId)) await tx.Run(change).ConfigureAwait(false);
        }
        // Who reckons with what is left does so one after the other, each seeing what the one before has taken.
        await tx.Query(Sql.Of($"SELECT pg_advisory_xact_lock({Locks.Calls})"), _ => 0).ConfigureAwait(false);
        var why = await ShutRows.Find(tx, call.Provider).ConfigureAwait(false)
            ?? await Turns.Missing(tx, call).ConfigureAwait(false)
            ?? await BudgetRows.Missing(tx, call).ConfigureAwait(false);
        if (why is not null) return new CallPermit.Withheld(why);
        var number = await Add(tx, call).ConfigureAwait(false);
        await BudgetRows.LetOneTry(tx).ConfigureAwait(false);
        return new CallPermit.Granted(number);
    }

    public static NpgsqlBatchCommand Answer(long number, CallReply reply) => Sql.Of("UPDATE revela.calls SET reply = $1, cost_micros = $2 WHERE number = $3 AND state = 0")
        .Bind(Sql.Clean(RowJson.Write(reply))).Bind(Costs.Micros(reply.Usd)).Bind(number);

    /// <param name="costMicros">Null when nobody knows.</param>
    public static async Task<bool> End(Transaction tx, long number, long? costMicros)
    {
        await tx.Run(Doomed("number = $1").Bind(number)).ConfigureAwait(false);
        var hasEnded = await tx.Run(Sql.Of("UPDATE revela.calls SET state = $1, cost_micros = COALESCE($2, cost_micros), reply = NULL WHERE number = $3 AND state = 0")
            .Bind((int)(costMicros is null ? CallState.WrittenOff : CallState.Fruitless)).Bind(costMicros).Bind(number)).ConfigureAwait(false) > 0;
        if (costMicros is not null) await BudgetRows.LetOneTry(tx).ConfigureAwait(false);
        return hasEnded;
    }

    /// <summary>What the open call of this step gave is durable; whoever made it takes calls.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Keep(Transaction tx, long lease, int step, long costMicros) =>
    [
        Sql.Of("""
            DELETE FROM revela.shut WHERE until <= $1 AND provider IN (SELECT provider FROM revela.calls WHERE lease = $2 AND step = $3 AND state = 0)
            """).Bind(tx.Now).Bind(lease).Bind(step),
        Doomed("lease = $1 AND step = $2 AND state = 0").Bind(lease).Bind(step),
        Sql.Of("UPDATE revela.calls SET state = 1, cost_micros = $1, reply = NULL WHERE lease = $2 AND step = $3 AND state = 0").Bind(costMicros).Bind(lease).Bind(step),
    ];

    /// <summary>What is open of these jobs may be made again.</summary>
    public static IEnumerable<NpgsqlBatchCommand> WriteOff(params Guid[] jobs) =>
        [.. DropReplies(jobs), Sql.Of("UPDATE revela.calls SET state = 3 WHERE job = ANY($1) AND state = 0").Bind(jobs)];

    /// <summary>Nothing will be made any more of what calls of these jobs gave.</summary>
    public static IEnumerable<NpgsqlBatchCommand> DropReplies(Guid[] jobs) =>
        [Doomed("job = ANY($1)").Bind(jobs), Sql.Of("UPDATE revela.calls SET reply = NULL WHERE job = ANY($1) AND reply IS NOT NULL").Bind(jobs)];

    /// <summary>Also what was put away in the moment of a death, before it could be noted: keys that may have bytes.</summary>
    public static Task<List<string>> Unnoted(Transaction tx, Guid[] jobs) => tx.Query(
        Sql.Of("SELECT job, lease, step FROM revela.calls WHERE job = ANY($1) AND state IN (0, 3)").Bind(jobs), row => ObjectKeys.Reply(row.Guid(), row.Long(), row.Int()));

    public static NpgsqlBatchCommand List(string tenant, Guid job) =>
        Sql.Of($"SELECT {Columns} FROM revela.calls WHERE job = $1 AND tenant = $2 ORDER BY number").Bind(job).Bind(tenant);

    public static NpgsqlBatchCommand Spent(string tenant, DateTimeOffset from, DateTimeOffset until) => Sql.Of("""
        SELECT floor(extract(epoch FROM at) / 86400)::bigint AS day, provider, COUNT(*), SUM(cost_micros)::bigint FROM revela.calls
        WHERE tenant = $1 AND at >= $2 AND at < $3 GROUP BY day, provider ORDER BY day DESC, provider
        """).Bind(tenant).Bind(from).Bind(until);

    public static NpgsqlBatchCommand Prune(DateTimeOffset now) =>
        Sql.Of("DELETE FROM revela.calls WHERE at < $1 AND (state > 0 OR NOT EXISTS (SELECT 1 FROM revela.jobs WHERE id = job))").Bind(now - KeptFor);

    public static Call Read(Row row) =>
        new(row.Long(), row.Guid(), row.Int(), row.Text(), (CallState)row.Int(), row.Time(), Costs.Usd(row.Long()));

    // What a call gave goes in the commit that closes it.
    static NpgsqlBatchCommand Doomed(string where) => Sql.Of(
        $"INSERT INTO revela.doomed (object_key) SELECT reply::json ->> 'object_key' FROM revela.calls WHERE reply IS NOT NULL AND {where} ON CONFLICT DO NOTHING");

    static async Task<bool> HoldsLease(Transaction tx, StepTicket ticket) => (await tx.Query(
        Sql.Of("SELECT lease FROM revela.leases WHERE lease = $1 AND job = $2 FOR UPDATE").Bind(ticket.Lease).Bind(ticket.JobId), row => row.Long()).ConfigureAwait(false)).Count > 0;

    static async Task<(Call Call, CallReply? Reply)?> FindOpen(Transaction tx, StepTicket ticket)
    {
        var open = await tx.Query(
            Sql.Of($"SELECT {Columns}, reply FROM revela.calls WHERE job = $1 AND step = $2 AND state = 0").Bind(ticket.JobId).Bind(ticket.StepIndex),
            row => (Read(row), RowJson.Read<CallReply>(row.TextOrNull()))).ConfigureAwait(false);
        return open.Count == 0 ? null : open[0];
    }

    static async Task<CallPermit> HandOver(Transaction tx, Call earlier, CallReply reply, StepTicket to)
    {
        await tx.Run(Sql.Of("UPDATE revela.calls SET lease = $1 WHERE number = $2").Bind(to.Lease).Bind(earlier.Number)).ConfigureAwait(false);
        return new CallPermit.Answered(earlier.Number, reply);
    }

    static async Task<long> Add(Transaction tx, NewCall call) => (await tx.Query(
        Sql.Of("INSERT INTO revela.calls (tenant, job, lease, step, provider, state, at, cost_micros) VALUES ($1, $2, $3, $4, $5, 0, $6, $7) RETURNING number")
            .Bind(call.Ticket.Tenant).Bind(call.Ticket.JobId).Bind(call.Ticket.Lease).Bind(call.Ticket.StepIndex)
            .Bind(call.Provider).Bind(tx.Now).Bind(Costs.Micros(call.Usd)), row => row.Long()).ConfigureAwait(false)).Single();
}

/// <summary>How often a service may be called, reckoned from the calls themselves.</summary>
static class Turns
{
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1), Look = TimeSpan.FromSeconds(1);

    /// <summary>Until when a call must wait for its turn; null when it need not.</summary>
    public static async Task<Parked?> Missing(Transaction tx, NewCall call)
    {
        if (call.Limits.PerMinute is { } most && await NthNewest(tx, call.Provider, most).ConfigureAwait(false) is { } at) return Wait(call, at + Minute);
        return call.Limits.Concurrent is { } atOnce && await UnderWay(tx, call.Provider).ConfigureAwait(false) >= atOnce ? Wait(call, tx.Now + Look) : null;
    }

    static Parked Wait(NewCall call, DateTimeOffset until) => new(ParkCodes.RateLimited, $"{call.Provider} is called as often as its limits allow.", until);

    static async Task<DateTimeOffset?> NthNewest(Transaction tx, string provider, int nth)
    {
        var times = await tx.Query(
            Sql.Of("SELECT at FROM revela.calls WHERE provider = $1 AND at > $2 ORDER BY at DESC LIMIT 1 OFFSET $3").Bind(provider).Bind(tx.Now - Minute).Bind(nth - 1), row => row.Time()).ConfigureAwait(false);
        return times.Count == 0 ? null : times[0];
    }

    // The call of a worker that died is under way no more, however it ended.
    static async Task<long> UnderWay(Transaction tx, string provider) => (await tx.Query(
        Sql.Of("SELECT COUNT(*) FROM revela.calls c JOIN revela.leases l ON l.job = c.job AND l.lease = c.lease WHERE c.provider = $1 AND c.state = 0").Bind(provider), row => row.Long()).ConfigureAwait(false)).Single();
}

/// <summary>Providers that take no calls for now, by their own word.</summary>
static class ShutRows
{
    public static async Task<Parked?> Find(Transaction tx, string provider) => await Read(tx, provider).ConfigureAwait(false) is { } why && why.Until > tx.Now ? why : null;

    public static async Task<bool> Shut(Transaction tx, string provider, Parked why)
    {
        await tx.Query(Sql.Of($"SELECT pg_advisory_xact_lock({Locks.Calls})"), _ => 0).ConfigureAwait(false);
        var before = await Read(tx, provider).ConfigureAwait(false);
        if (before?.Until >= why.Until) return false;
        await tx.Run(Sql.Of("""
            INSERT INTO revela.shut (provider, code, detail, until) VALUES ($1, $2, $3, $4)
            ON CONFLICT (provider) DO UPDATE SET code = excluded.code, detail = excluded.detail, until = excluded.until
            """).Bind(provider).Bind(why.Code).Bind(Sql.Clean(why.Detail)).Bind(Micros.Cut(why.Until!.Value))).ConfigureAwait(false);
        if (why.Code != ParkCodes.RateLimited && before?.Code != why.Code)
            await Telling.Operators(tx, tenant: null, ShutNotice.KindOf(why), ShutNotice.DataOf(provider, why)).ConfigureAwait(false);
        return true;
    }

    static async Task<Parked?> Read(Transaction tx, string provider) => (await tx.Query(
        Sql.Of("SELECT code, detail, until FROM revela.shut WHERE provider = $1").Bind(provider), row => new Parked(row.Text(), row.Text(), row.Time())).ConfigureAwait(false)).SingleOrDefault();
}
