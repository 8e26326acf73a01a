using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Core.Pipelines;
using Revela.Storage.Sqlite.Jobs;

namespace Revela.Storage.Sqlite.Calls;

/// <summary>Calls to outside services, kept as long as budgets look back; one that is open, as long as its job.</summary>
static class CallRows
{
    static readonly TimeSpan KeptFor = TimeSpan.FromDays(40);

    const string Columns = "number, job, step, provider, state, at, cost_micros";

    // What a call gave goes in the commit that closes it.
    const string Doom = "INSERT OR IGNORE INTO doomed (object_key) SELECT json_extract(reply, '$.object_key') FROM calls WHERE reply IS NOT NULL AND";

    public static CallPermit Begin(WriteTransaction tx, NewCall call)
    {
        if (LeaseRows.Find(tx, call.Ticket.JobId, call.Ticket.Lease) is null) return new CallPermit.StaleLease();
        if (FindOpen(tx.Db, call.Ticket) is var (earlier, reply))
        {
            if (reply is not null && earlier.Provider == call.Provider) return HandOver(tx, earlier, reply, call.Ticket);
            if (!call.MayRepeat) return new CallPermit.StillOpen(earlier);
            WriteOff(tx, call.Ticket.JobId);
        }
        var why = ShutRows.Find(tx.Db, call.Provider, tx.Now) ?? Turns.Missing(tx, call) ?? BudgetRows.Missing(tx, call);
        if (why is not null) return new CallPermit.Withheld(why);
        var number = Add(tx, call);
        BudgetRows.LetOneTry(tx);
        return new CallPermit.Granted(number);
    }

    public static bool Answer(WriteTransaction tx, long number, CallReply reply)
    {
        using var update = tx.Db.Use("UPDATE calls SET reply = ?, cost_micros = ? WHERE number = ? AND state = 0");
        return update.Bind(RowJson.Write(reply)).Bind(Costs.Micros(reply.Usd)).Bind(number).Run() > 0;
    }

    /// <param name="costMicros">Null when nobody knows.</param>
    public static bool End(WriteTransaction tx, long number, long? costMicros)
    {
        using (var doom = tx.Db.Use($"{Doom} number = ?")) doom.Bind(number).Run();
        using var update = tx.Db.Use("UPDATE calls SET state = ?, cost_micros = COALESCE(?, cost_micros), reply = NULL WHERE number = ? AND state = 0");
        var hasEnded = update.Bind((long)(costMicros is null ? CallState.WrittenOff : CallState.Fruitless)).Bind(costMicros).Bind(number).Run() > 0;
        if (costMicros is not null) BudgetRows.LetOneTry(tx);
        return hasEnded;
    }

    /// <summary>What the open call of this step gave is durable; whoever made it takes calls.</summary>
    public static void Keep(WriteTransaction tx, long lease, int step, long costMicros)
    {
        using (var open = tx.Db.Use("DELETE FROM shut WHERE until <= ? AND provider IN (SELECT provider FROM calls WHERE lease = ? AND step = ? AND state = 0)"))
            open.Bind(tx.Now).Bind(lease).Bind(step).Run();
        using (var doom = tx.Db.Use($"{Doom} lease = ? AND step = ? AND state = 0")) doom.Bind(lease).Bind(step).Run();
        using var update = tx.Db.Use("UPDATE calls SET state = 1, cost_micros = ?, reply = NULL WHERE lease = ? AND step = ? AND state = 0");
        update.Bind(costMicros).Bind(lease).Bind(step).Run();
    }

    /// <summary>What is open of this job may be made again.</summary>
    public static void WriteOff(WriteTransaction tx, Guid job)
    {
        DropReplies(tx, job);
        using var update = tx.Db.Use("UPDATE calls SET state = 3 WHERE job = ? AND state = 0");
        update.Bind(job).Run();
    }

    /// <summary>Nothing will be made any more of what calls of this job gave.</summary>
    public static void DropReplies(WriteTransaction tx, Guid job)
    {
        using (var doom = tx.Db.Use($"{Doom} job = ?")) doom.Bind(job).Run();
        using var update = tx.Db.Use("UPDATE calls SET reply = NULL WHERE job = ? AND reply IS NOT NULL");
        update.Bind(job).Run();
    }

    /// <summary>Also what was put away in the moment of a death, before it could be noted.</summary>
    public static void DropUnnoted(WriteTransaction tx, Guid job)
    {
        using var query = tx.Db.Use("SELECT lease, step FROM calls WHERE job = ? AND state IN (0, 3)");
        query.Bind(job);
        var unknown = new List<(long Lease, int Step)>();
        while (query.Step()) unknown.Add((query.Long(0), query.Int(1)));
        foreach (var (lease, step) in unknown) AssetRows.DoomIfUnnamed(tx, ObjectKeys.Reply(job, lease, step));
    }

    /// <summary>Whether something is still to be made of this object.</summary>
    public static bool IsReply(Connection db, string objectKey)
    {
        using var query = db.Use("SELECT 1 FROM calls WHERE reply IS NOT NULL AND json_extract(reply, '$.object_key') = ?");
        return query.Bind(objectKey).Step();
    }

    public static List<Call> List(Connection db, string tenant, Guid job)
    {
        using var query = db.Use($"SELECT {Columns} FROM calls WHERE job = ? AND tenant = ? ORDER BY number");
        query.Bind(job).Bind(tenant);
        var calls = new List<Call>();
        while (query.Step()) calls.Add(Read(query));
        return calls;
    }

    public static List<Spending> Spent(Connection db, string tenant, DateTimeOffset from, DateTimeOffset until)
    {
        using var query = db.Use("""
            SELECT at / 86400000000 AS day, provider, COUNT(*), SUM(cost_micros) FROM calls WHERE tenant = ? AND at >= ? AND at < ?
            GROUP BY day, provider ORDER BY day DESC, provider
            """);
        query.Bind(tenant).Bind(from).Bind(until);
        var spent = new List<Spending>();
        while (query.Step()) spent.Add(Spending.Of(query.Long(0), query.Text(1), query.Long(2), Costs.Usd(query.Long(3))));
        return spent;
    }

    public static void Prune(WriteTransaction tx)
    {
        using var delete = tx.Db.Use("DELETE FROM calls WHERE at < ? AND (state > 0 OR NOT EXISTS (SELECT 1 FROM jobs WHERE id = job))");
        delete.Bind(tx.Now - KeptFor).Run();
    }

    static CallPermit.Answered HandOver(WriteTransaction tx, Call earlier, CallReply reply, StepTicket to)
    {
        using var update = tx.Db.Use("UPDATE calls SET lease = ? WHERE number = ?");
        update.Bind(to.Lease).Bind(earlier.Number).Run();
        return new CallPermit.Answered(earlier.Number, reply);
    }

    static long Add(WriteTransaction tx, NewCall call)
    {
        using var insert = tx.Db.Use("INSERT INTO calls (tenant, job, lease, step, provider, state, at, cost_micros) VALUES (?, ?, ?, ?, ?, 0, ?, ?) RETURNING number");
        return insert.Bind(call.Ticket.Tenant).Bind(call.Ticket.JobId).Bind(call.Ticket.Lease).Bind(call.Ticket.StepIndex)
            .Bind(call.Provider).Bind(tx.Now).Bind(Costs.Micros(call.Usd)).Number();
    }

    static (Call Call, CallReply? Reply)? FindOpen(Connection db, StepTicket ticket)
    {
        using var query = db.Use($"SELECT {Columns}, reply FROM calls WHERE job = ? AND step = ? AND state = 0");
        return query.Bind(ticket.JobId).Bind(ticket.StepIndex).Step() ? (Read(query), RowJson.Read<CallReply>(query.TextOrNull(7))) : null;
    }

    static Call Read(Statement row) =>
        new(row.Long(0), row.Guid(1), row.Int(2), row.Text(3), (CallState)row.Int(4), row.Time(5), Costs.Usd(row.Long(6)));
}

/// <summary>How often a service may be called, reckoned from the calls themselves.</summary>
static class Turns
{
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1), Look = TimeSpan.FromSeconds(1);

    /// <summary>Until when a call must wait for its turn; null when it need not.</summary>
    public static Parked? Missing(WriteTransaction tx, NewCall call)
    {
        if (call.Limits.PerMinute is { } most && NthNewest(tx, call.Provider, most) is { } at) return Wait(call, at + Minute);
        return call.Limits.Concurrent is { } atOnce && UnderWay(tx.Db, call.Provider) >= atOnce ? Wait(call, tx.Now + Look) : null;
    }

    static Parked Wait(NewCall call, DateTimeOffset until) => new(ParkCodes.RateLimited, $"{call.Provider} is called as often as its limits allow.", until);

    static DateTimeOffset? NthNewest(WriteTransaction tx, string provider, int nth)
    {
        using var query = tx.Db.Use("SELECT at FROM calls WHERE provider = ? AND at > ? ORDER BY at DESC LIMIT 1 OFFSET ?");
        return query.Bind(provider).Bind(tx.Now - Minute).Bind(nth - 1L).Step() ? query.Time(0) : null;
    }

    // The call of a worker that died is under way no more, however it ended.
    static long UnderWay(Connection db, string provider)
    {
        using var query = db.Use("SELECT COUNT(*) FROM calls c JOIN leases l ON l.lease = c.lease WHERE c.provider = ? AND c.state = 0");
        return query.Bind(provider).Number();
    }
}

/// <summary>Providers that take no calls for now, by their own word.</summary>
static class ShutRows
{
    public static Parked? Find(Connection db, string provider, DateTimeOffset now) => Read(db, provider) is { Until: { } until } why && until > now ? why : null;

    public static bool Shut(WriteTransaction tx, string provider, Parked why)
    {
        var before = Read(tx.Db, provider);
        if (before?.Until >= why.Until) return false;
        using (var upsert = tx.Db.Use("INSERT OR REPLACE INTO shut (provider, code, detail, until) VALUES (?, ?, ?, ?)"))
            upsert.Bind(provider).Bind(why.Code).Bind(why.Detail).Bind(why.Until!.Value).Run();
        if (why.Code != ParkCodes.RateLimited && before?.Code != why.Code) Telling.Operators(tx, tenant: null, ShutNotice.KindOf(why), ShutNotice.DataOf(provider, why));
        return true;
    }

    static Parked? Read(Connection db, string provider)
    {
        using var query = db.Use("SELECT code, detail, until FROM shut WHERE provider = ?");
        return query.Bind(provider).Step() ? new Parked(query.Text(0), query.Text(1), query.Time(2)) : null;
    }
}
