using System.Globalization;
using System.Text.Json.Nodes;
using Revela.Core.Events;
using Revela.Core.Jobs;
using Revela.Storage.Postgres.Calls;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>What a worker writes while it holds a job: renewals with progress, and checkpoints.</summary>
static class Leasing
{
    public static async Task<IReadOnlyList<StopOrder>> Renew(Transaction tx, IReadOnlyList<LeaseReport> reports, TimeSpan leaseFor)
    {
        var renewed = await Renew(tx, reports, tx.Now + leaseFor).ConfigureAwait(false);
        var orders = new List<StopOrder>();
        foreach (var report in reports)
        {
            if (renewed.GetValueOrDefault(report.Lease) is not { } lease || lease.Job.Id != report.JobId)
            {
                orders.Add(new StopOrder(report.JobId, report.Lease, StopReason.LeaseLost));
                continue;
            }
            if (lease.CancelRequested) orders.Add(new StopOrder(report.JobId, report.Lease, StopReason.CancelRequested));
            var progress = Progress(report) ?? lease.Progress;
            if (progress.Equals(lease.Progress) && report.Step == lease.Step) continue;
            tx.Changes.Tell(EventTypes.Progress, lease.Job, RowJson.WriteObject(new JsonObject { ["progress"] = progress, ["step"] = report.Step }));
        }
        return orders;
    }

    public static async Task<bool> SaveCheckpoint(Transaction tx, Guid jobId, long lease, Checkpoint checkpoint, string body)
    {
        // Holds the lease until the commit, so that no rescue comes between.
        var job = (await tx.Query(Sql.Of($"SELECT {JobHead.Columns} FROM revela.leases WHERE lease = $1 AND job = $2 FOR UPDATE").Bind(lease).Bind(jobId), JobHead.Read)
            .ConfigureAwait(false)).SingleOrDefault();
        if (job is null) return false;
        var before = await tx.Query(Sql.Of("SELECT object_key FROM revela.checkpoints WHERE seq = $1 AND step = $2").Bind(job.Seq).Bind(checkpoint.StepIndex), row => row.Text())
            .ConfigureAwait(false);
        tx.Changes.First(Sql.Of("""
            INSERT INTO revela.checkpoints (seq, step, lease, object_key, body, cost_micros) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (seq, step) DO UPDATE SET lease = excluded.lease, object_key = excluded.object_key, body = excluded.body, cost_micros = excluded.cost_micros
            """).Bind(job.Seq).Bind(checkpoint.StepIndex).Bind(lease).Bind(checkpoint.Image.ObjectKey).Bind(body).Bind(Costs.Of(checkpoint.Steps)));
        foreach (var change in CallRows.Keep(tx, lease, checkpoint.StepIndex, Costs.Of(checkpoint.Steps))) tx.Changes.First(change);
        tx.Changes.DoomIfUnnamed(before);
        tx.Changes.Tell(EventTypes.Checkpointed, job, string.Create(CultureInfo.InvariantCulture, $$"""{"step_index":{{checkpoint.StepIndex}}}"""));
        return true;
    }

    static async Task<Dictionary<long, Leased>> Renew(Transaction tx, IReadOnlyList<LeaseReport> reports, DateTimeOffset until)
    {
        // Answers with the rows as they were; locked by their places, as endings and submissions of the same work do, so that none of them waits for another in a ring.
        var rows = await tx.Query(Sql.Of($"""
            WITH held AS MATERIALIZED (
                SELECT l.*, r.new_progress, r.new_step FROM revela.leases l JOIN unnest($1, $2, $3, $4) AS r(id, of_job, new_progress, new_step) ON l.lease = r.id AND l.job = r.of_job
                ORDER BY l.ctid FOR UPDATE OF l
            ), renewed AS (
                UPDATE revela.leases l SET expires_at = $5, progress = COALESCE(held.new_progress, l.progress), step = held.new_step FROM held WHERE l.job = held.job
            )
            SELECT {Leased.Columns} FROM held
            """)
            .Bind(reports.Select(report => report.Lease).ToArray()).Bind(reports.Select(report => report.JobId).ToArray())
            .Bind(reports.Select(Progress).ToArray()).Bind(reports.Select(report => report.Step).ToArray()).Bind(until), Leased.Read).ConfigureAwait(false);
        return rows.DistinctBy(lease => lease.Lease).ToDictionary(lease => lease.Lease);
    }

    static double? Progress(LeaseReport report) => double.IsFinite(report.Progress) ? Math.Clamp(report.Progress, 0, 1) : null;
}
