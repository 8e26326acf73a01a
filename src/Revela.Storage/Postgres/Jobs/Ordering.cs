using Revela.Core.Jobs;
using Revela.Core.Queues;
using Revela.Storage.Postgres.Calls;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>What a person orders: cancel, retry, free a parked job.</summary>
static class Ordering
{
    // A job may move between line and lease while it is looked for.
    const int MostLooks = 5;

    public static async Task<JobState?> Cancel(Transaction tx, string tenant, Guid id)
    {
        if (await JobHead.Find(tx, tenant, id).ConfigureAwait(false) is not { } job) return null;
        var works = new Works(tx);
        if (job.Work is { } work) works.Locked(await tx.Query(Works.Lock(work), Works.Read).ConfigureAwait(false));
        for (var looks = 1; ; looks++)
        {
            if (await TakeWaiting(tx, job).ConfigureAwait(false) is { } waiting)
            {
                await Cancel(tx, works, waiting).ConfigureAwait(false);
                return JobState.Cancelled;
            }
            if (await tx.Run(Sql.Of("UPDATE revela.leases SET cancel_requested = true WHERE job = $1").Bind(job.Id)).ConfigureAwait(false) > 0)
            {
                tx.Changes.Ring(Signal.Orders);
                return JobState.Processing;
            }
            if (await EndingOf(tx, job).ConfigureAwait(false) is { } ended || looks == MostLooks) return await EndingOf(tx, job).ConfigureAwait(false);
        }
    }

    public static async Task<JobState?> Retry(Transaction tx, string tenant, Guid id)
    {
        if (await JobHead.Find(tx, tenant, id).ConfigureAwait(false) is not { } job) return null;
        var ended = await tx.Query(Sql.Of("""
            DELETE FROM revela.endings e USING revela.jobs j WHERE e.seq = $1 AND e.state > 2 AND j.seq = e.seq
            RETURNING e.state, j.priority, j.megabytes, j.cost, e.cost_micros
            """).Bind(job.Seq), row => (State: (JobState)row.Int(), Priority: row.Int(), Megabytes: row.Int(), Cost: row.Double(), CostMicros: row.Long())).ConfigureAwait(false);
        if (ended.Count == 0)
        {
            Free(tx, await tx.Query(Sql.Of($"SELECT {Waiting.Columns} FROM revela.ready WHERE seq = $1 AND gate = 2 FOR UPDATE").Bind(job.Seq), Waiting.Read).ConfigureAwait(false));
            return await StateOf(tx, job).ConfigureAwait(false);
        }
        foreach (var change in CallRows.WriteOff(id)) tx.Changes.First(change);

        // Attempts, crashes and losses begin anew; money already spent stays on the bill.
        var (state, priority, megabytes, cost, costMicros) = ended[0];
        var carried = new Carried { Priority = priority, Megabytes = megabytes, CostMicros = costMicros, RunAt = tx.Now };
        var place = new Shares();
        long bytes = 0;
        var questions = new Questions();
        if (ItemWrites.BeginAgain(job, tx.Now) is { } begin) questions.Add(begin);
        place.AskFor(questions, [(job.Queue, job.Tenant)]);
        questions.Add(Sql.Of("""
            SELECT a.bytes FROM revela.assets a WHERE a.id = $1
                AND NOT EXISTS (SELECT 1 FROM revela.jobs j JOIN revela.ready r ON r.seq = j.seq WHERE j.asset = a.id AND r.bytes > 0)
            """).Bind(job.Asset), row => row.Long(), rows => bytes = rows.SingleOrDefault());
        await questions.Ask(tx).ConfigureAwait(false);

        carried = carried with { Bytes = bytes, Fair = place.Place(tx.Changes, job.Queue, job.Tenant, cost) };
        tx.Changes.HasReopened(job, state, costMicros);
        tx.Changes.Wait(Waiting.InLine(job, carried, tx.Now));
        tx.Changes.TellWaiting(job, "retried", carried);
        return JobState.Pending;
    }

    public static async Task<int> Unpark(Transaction tx, string code, string? queue, int most = int.MaxValue)
    {
        var parked = await tx.Query(Sql.Of($"""
            SELECT {Waiting.Columns} FROM revela.ready
            WHERE gate = 2 AND {Waiting.Reason("ready")} = $1 AND ($2::text IS NULL OR queue = $2) ORDER BY seq LIMIT $3 FOR UPDATE
            """).Bind(code).Bind(queue).Bind(most), Waiting.Read).ConfigureAwait(false);
        Free(tx, parked);
        return parked.Count;
    }

    static void Free(Transaction tx, List<Waiting> parked)
    {
        if (parked.Count == 0) return;
        foreach (var change in CallRows.WriteOff([.. parked.Select(row => row.Job.Id)])) tx.Changes.First(change);
        foreach (var row in parked)
        {
            tx.Changes.Leave(row);
            tx.Changes.Wait(Waiting.InLine(row.Job, row.Carried, tx.Now));
            tx.Changes.TellWaiting(row.Job, "unparked", row.Carried);
        }
    }

    static async Task<Waiting?> TakeWaiting(Transaction tx, JobHead job)
    {
        var rows = await tx.Query(Sql.Of($"DELETE FROM revela.ready WHERE seq = $1 RETURNING {Waiting.Columns}").Bind(job.Seq), Waiting.Read).ConfigureAwait(false);
        if (rows.Count == 0) return null;
        tx.Changes.HasLeft(rows[0]);
        return rows[0];
    }

    static async Task Cancel(Transaction tx, Works works, Waiting waiting)
    {
        List<Guid> leaders = [];
        List<Waiting> followers = [];
        var questions = new Questions();
        questions.Add(Sql.Of("SELECT id FROM revela.jobs WHERE seq = $1").Bind(waiting.Follows), row => row.Guid(), rows => leaders = rows);
        questions.Add(Sql.Of($"SELECT {Waiting.Columns} FROM revela.ready WHERE follows = $1 ORDER BY priority DESC, seq FOR UPDATE").Bind(waiting.Job.Seq), Waiting.Read, rows => followers = rows);
        await questions.Ask(tx).ConfigureAwait(false);
        var finishing = new Finishing(tx, works, followers.ToLookup(row => row.Follows!.Value));
        finishing.Cancel(waiting.Job, waiting.Carried, 0, leaders.Count == 0 ? null : leaders[0]);
        await finishing.Items.Write().ConfigureAwait(false);
    }

    static async Task<JobState?> EndingOf(Transaction tx, JobHead job)
    {
        var states = await tx.Query(Sql.Of("SELECT state FROM revela.endings WHERE seq = $1").Bind(job.Seq), row => (JobState)row.Int()).ConfigureAwait(false);
        return states.Count == 0 ? null : states[0];
    }

    static async Task<JobState> StateOf(Transaction tx, JobHead job) =>
        await EndingOf(tx, job).ConfigureAwait(false) ??
        ((await tx.Query(Sql.Of("SELECT 1 FROM revela.leases WHERE job = $1").Bind(job.Id), row => row.Int()).ConfigureAwait(false)).Count > 0 ? JobState.Processing : JobState.Pending);
}
