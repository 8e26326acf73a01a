using Microsoft.Extensions.Logging;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.Core.Flow;

/// <summary>
/// Stands between workers and what is kept: hands out jobs and bytes, puts results away and has the last word on each attempt.
/// Workers beside the store call it themselves, far ones through the doors under <c>/api/v1/work</c>.
/// </summary>
public sealed class Foreman(IWorkSource work, IObjectStore objects, Verdict verdict, StaleWrites stale, ILogger<Foreman> log) : IWorkbench
{
    public string Scratch => objects.Scratch;

    public Task<ClaimResult> Claim(ClaimRequest request, CancellationToken cancel) => work.Claim(request, cancel);

    public async Task<IReadOnlyList<StopOrder>> Renew(IReadOnlyList<LeaseReport> reports, TimeSpan leaseFor, CancellationToken cancel)
    {
        var orders = await work.Renew(reports, leaseFor, cancel);
        foreach (var order in orders)
            if (order.Reason == StopReason.LeaseLost) stale.Refuse(StaleWrites.Renewal, order.JobId, order.Lease);
        return orders;
    }

    public async Task<LocalFile> Fetch(ClaimedJob claimed, StoredImage picture, CancellationToken cancel)
    {
        await RefuseQuarantined(claimed, picture, cancel);
        return await objects.Fetch(picture.ObjectKey, cancel) ?? throw new RevelaException(JobError.InputGone);
    }

    /// <summary>An input that has ended the decoder is refused where it is handed out.</summary>
    /// <exception cref="RevelaException"><c>quarantined</c>.</exception>
    public async Task RefuseQuarantined(ClaimedJob claimed, StoredImage picture, CancellationToken cancel)
    {
        if (picture.ObjectKey != claimed.Input?.ObjectKey) return;
        if (await work.FindQuarantine(claimed.Job.Tenant, picture.Sha256, cancel) is not { } reason) return;
        throw new RevelaException(ErrorCodes.Quarantined, $"This image is refused since it has ended the decoder before ({reason.Code}): {reason.Message}");
    }

    public async Task<StoredImage> Keep(ClaimedJob claimed, int stepIndex, StepOutcome.Developed picture, CancellationToken cancel)
    {
        var key = ObjectKeys.Result(claimed.Job.Id, claimed.Lease, stepIndex, picture.ContentType);
        await objects.Put(key, picture.Path, picture.ContentType, cancel);
        return new StoredImage(key, picture.ContentType, picture.Bytes, picture.Sha256, picture.Width, picture.Height, picture.Frames);
    }

    public async Task<bool> SaveCheckpoint(ClaimedJob claimed, Checkpoint checkpoint, CancellationToken cancel) =>
        await work.SaveCheckpoint(claimed.Job.Id, claimed.Lease, checkpoint, cancel) || stale.Refuse(StaleWrites.Checkpoint, claimed.Job.Id, claimed.Lease);

    public Task<bool> Settle(AttemptReport report, CancellationToken cancel) => Settle(report, remember: false, cancel);

    /// <param name="remember">Whether a repeat of the same report must be told from a late one: see <see cref="Settlement"/>.</param>
    public async Task<bool> Settle(AttemptReport report, bool remember, CancellationToken cancel)
    {
        var (job, lease) = (report.Claimed.Job.Id, report.Claimed.Lease);
        var ending = verdict.On(report.Claimed, report.Outcome);
        if (ending is Ending.Failed failed) Messages.Failed(log, report.Claimed.Job.Id, failed.Error.Code, failed.Error.Message);
        if (await work.Settle(new Settlement(job, lease, ending, report.Steps, remember), cancel)) return true;
        return remember ? await WasSettled(job, lease, cancel) : stale.Refuse(StaleWrites.Ending, job, lease);
    }

    /// <summary>Whether an ending under a lease that is gone repeats one that was remembered; if not, it came too late.</summary>
    public async Task<bool> WasSettled(Guid jobId, long lease, CancellationToken cancel) =>
        await work.WasSettled(jobId, lease, cancel) || stale.Refuse(StaleWrites.Ending, jobId, lease);
}
