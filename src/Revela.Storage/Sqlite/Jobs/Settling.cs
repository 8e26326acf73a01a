using Revela.Core.Events;
using Revela.Core.Jobs;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>Ends attempts: each ending is one fenced change of lease, line, ending, pictures, counters and event (laws 3 and 5).</summary>
static class Settling
{
    /// <summary>All that can be prepared off the writer's thread.</summary>
    public static Func<WriteTransaction, bool> Prepare(Settlement settlement)
    {
        var steps = RowJson.WriteList(settlement.Steps);
        var cost = Costs.Of(settlement.Steps);
        var data = settlement.Ending is Ending.Completed completed ? RowJson.WriteObject(completed.Data) : null;
        return tx => Settle(tx, settlement, steps, cost, data);
    }

    static bool Settle(WriteTransaction tx, Settlement settlement, string? steps, long cost, string? data)
    {
        if (LeaseRows.Find(tx, settlement.JobId, settlement.Lease) is not { } lease) return false;
        LeaseRows.End(tx, lease);
        var carried = lease.Carried with { Steps = steps ?? lease.Carried.Steps, CostMicros = lease.Carried.CostMicros + cost };
        Apply(tx, lease, carried, lease.CancelRequested ? Ordered(settlement.Ending) : settlement.Ending, data);
        if (settlement.Remember) SettledRows.Note(tx, settlement.JobId, settlement.Lease);
        return true;
    }

    // A job that a person cancelled must not come back into the line, however its attempt ended.
    static Ending Ordered(Ending ending) => ending is Ending.Completed or Ending.Failed ? ending : new Ending.Cancelled();

    static void Apply(WriteTransaction tx, LeaseRow lease, Carried carried, Ending ending, string? data)
    {
        switch (ending)
        {
            case Ending.Completed completed:
                Finishing.Complete(tx, lease.Job, carried, new Result(completed.Outputs, data, completed.Likeness));
                CheckpointRows.Drop(tx, lease.Job.Seq);
                break;
            case Ending.Failed failed:
                if (failed.QuarantineSha256 is { } sha256) Quarantine.Add(tx, lease.Job.Tenant, sha256, failed.Error);
                Finishing.Fail(tx, lease.Job, carried with { Crashes = carried.Crashes + (failed.Crash ? 1 : 0) }, failed.Error, lease.Progress);
                break;
            case Ending.Cancelled:
                Finishing.Cancel(tx, lease.Job, carried, lease.Progress);
                break;
            case Ending.RetryAt retry:
                Retry(tx, lease.Job, carried with { Crashes = carried.Crashes + (retry.Crash ? 1 : 0), OutageSince = null }, retry);
                break;
            case Ending.WaitUntil wait:
                WaitOut(tx, lease.Job, carried with { Attempt = carried.Attempt - 1, OutageSince = carried.OutageSince ?? Micros.Of(tx.Now) }, wait);
                break;
            case Ending.Park park:
                ReadyRows.Park(tx, lease.Job, carried with { Attempt = carried.Attempt - 1, OutageSince = null }, park.Reason);
                EventRows.Add(tx, EventTypes.Parked, lease.Job, RowJson.Write(park.Reason));
                break;
            case Ending.GivenBack:
                GiveBack(tx, lease.Job, carried with { Attempt = carried.Attempt - 1 });
                break;
            default:
                throw new ArgumentException($"An attempt cannot end as {ending.GetType().Name}.", nameof(ending));
        }
    }

    static void Retry(WriteTransaction tx, in JobHead job, Carried carried, Ending.RetryAt retry)
    {
        carried = carried with { RunAt = Micros.Of(retry.At), Error = RowJson.Write(retry.Error) };
        ReadyRows.Wait(tx, job, carried);
        EventRows.AddWaiting(tx, job, retry.Crash ? "crash" : "error", carried, retry.Error);
    }

    static void WaitOut(WriteTransaction tx, in JobHead job, Carried carried, Ending.WaitUntil wait)
    {
        carried = carried with { RunAt = Micros.Of(wait.At), Error = RowJson.Write(wait.Error) };
        ReadyRows.Wait(tx, job, carried);
        EventRows.AddWaiting(tx, job, "outage", carried, wait.Error);
    }

    static void GiveBack(WriteTransaction tx, in JobHead job, in Carried carried)
    {
        ReadyRows.Wait(tx, job, carried);
        EventRows.AddWaiting(tx, job, "given-back", carried);
    }
}

/// <summary>Inputs that are refused because they crashed the decoder (law 7), by tenant and hash.</summary>
static class Quarantine
{
    public static void Add(WriteTransaction tx, string tenant, string sha256, JobError error)
    {
        using var insert = tx.Db.Use("INSERT OR REPLACE INTO quarantine (tenant, sha256, error, made_at) VALUES (?, ?, ?, ?)");
        insert.Bind(tenant).Bind(sha256).Bind(RowJson.Write(error)).Bind(tx.Now).Run();
    }

    public static JobError? Find(Connection db, string tenant, string sha256)
    {
        using var query = db.Use("SELECT error FROM quarantine WHERE tenant = ? AND sha256 = ?");
        return query.Bind(tenant).Bind(sha256).Step() ? RowJson.Read<JobError>(query.Text(0)) : null;
    }

    public static List<QuarantinedInput> List(Connection db, string tenant, int limit)
    {
        using var query = db.Use("""
            SELECT q.sha256, q.error, q.made_at, (SELECT a.id FROM assets a WHERE a.sha256 = q.sha256 AND a.tenant = q.tenant ORDER BY a.number LIMIT 1)
            FROM quarantine q WHERE q.tenant = ? ORDER BY q.made_at DESC, q.sha256 LIMIT ?
            """);
        query.Bind(tenant).Bind(limit);
        var inputs = new List<QuarantinedInput>();
        while (query.Step()) inputs.Add(new QuarantinedInput(query.Text(0), RowJson.Read<JobError>(query.Text(1))!, query.Time(2), query.GuidOrNull(3)));
        return inputs;
    }

    public static bool Release(WriteTransaction tx, string tenant, string sha256)
    {
        using var delete = tx.Db.Use("DELETE FROM quarantine WHERE tenant = ? AND sha256 = ?");
        return delete.Bind(tenant).Bind(sha256).Run() > 0;
    }
}
