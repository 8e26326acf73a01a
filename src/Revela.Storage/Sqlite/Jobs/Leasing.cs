using System.Globalization;
using System.Text.Json.Nodes;
using Revela.Core.Events;
using Revela.Core.Jobs;
using Revela.Storage.Sqlite.Calls;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>What a worker writes while it holds a job: renewals with progress, and checkpoints.</summary>
static class Leasing
{
    public static List<StopOrder> Renew(WriteTransaction tx, IReadOnlyList<LeaseReport> reports, TimeSpan leaseFor)
    {
        var orders = new List<StopOrder>();
        foreach (var report in reports)
        {
            if (LeaseRows.Find(tx, report.JobId, report.Lease) is not { } lease)
            {
                orders.Add(new StopOrder(report.JobId, report.Lease, StopReason.LeaseLost));
                continue;
            }
            Renew(tx, lease, report, tx.Now + leaseFor);
            if (lease.CancelRequested) orders.Add(new StopOrder(report.JobId, report.Lease, StopReason.CancelRequested));
        }
        return orders;
    }

    public static bool SaveCheckpoint(WriteTransaction tx, Guid jobId, long leaseId, Checkpoint checkpoint, string body)
    {
        if (LeaseRows.Find(tx, jobId, leaseId) is not { } lease) return false;
        CheckpointRows.Save(tx, lease.Job.Seq, leaseId, checkpoint, body);
        CallRows.Keep(tx, leaseId, checkpoint.StepIndex, Costs.Of(checkpoint.Steps));
        EventRows.Add(tx, EventTypes.Checkpointed, lease.Job, string.Create(CultureInfo.InvariantCulture, $$"""{"step_index":{{checkpoint.StepIndex}}}"""));
        return true;
    }

    static void Renew(WriteTransaction tx, LeaseRow lease, LeaseReport report, DateTimeOffset until)
    {
        var progress = double.IsFinite(report.Progress) ? Math.Clamp(report.Progress, 0, 1) : lease.Progress;
        using (var update = tx.Db.Use("UPDATE leases SET expires_at = ?, progress = ?, step = ? WHERE lease = ?"))
            update.Bind(until).Bind(progress).Bind(report.Step).Bind(report.Lease).Run();
        if (progress.Equals(lease.Progress) && report.Step == lease.Step) return;
        EventRows.Add(tx, EventTypes.Progress, lease.Job, RowJson.WriteObject(new JsonObject { ["progress"] = progress, ["step"] = report.Step }));
    }
}
