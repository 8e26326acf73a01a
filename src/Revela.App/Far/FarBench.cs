using Revela.App.Api.Work;
using Revela.App.Links;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Core.Queues;

namespace Revela.App.Far;

/// <summary>
/// The workbench of a worker that is far from the store: everything goes through the server's doors under <c>/api/v1/work</c>.
/// A connection that breaks is taken up again for as long as the job is this worker's; nothing that is sent twice counts twice.
/// </summary>
/// <remarks>Where a picture beside the store has an object key, it has here its path at the server, or the receipt that its upload was answered with.</remarks>
sealed class FarBench(FarServer server, FarFiles files, FarProgress progress, WorkerInfo identity, IOperations operations, TimeProvider time) : IWorkbench
{
    const int MostInClaim = 100, LongestMessage = 1000;

    readonly IReadOnlyList<string> offers = [.. Offer.Of(operations)];

    public string Scratch => files.Folder;

    public async Task<ClaimResult> Claim(ClaimRequest request, CancellationToken cancel)
    {
        files.KeepOnly(request.Held);
        var body = new ClaimBody
        {
            Worker = request.Worker,
            Operations = offers,
            Queues = request.Queues?.ToArray(),
            Held = [.. request.Held],
            Slots = request.Slots,
            Max = Math.Clamp(request.Max, 1, MostInClaim),
            FreeMegabytes = request.FreeMegabytes,
            Megabytes = identity.Megabytes,
            LeaseSeconds = request.LeaseFor.TotalSeconds,
        };
        // Not cut short by a stop: jobs that were leased to a question are given back only by one who hears the answer.
        cancel.ThrowIfCancellationRequested();
        var claim = await server.Post<ClaimView>($"{Linker.Root}/work/claims", body, CancellationToken.None);
        ClaimedJob[] claimed = [.. claim.Jobs.Select(Claimed)];
        foreach (var job in claimed) progress.Began(job);
        return new ClaimResult(claimed, claim.NextDueSeconds is { } seconds ? time.GetUtcNow() + TimeSpan.FromSeconds(Math.Min(seconds, 86_400)) : null);
    }

    public async Task<IReadOnlyList<StopOrder>> Renew(IReadOnlyList<LeaseReport> reports, TimeSpan leaseFor, CancellationToken cancel)
    {
        foreach (var report in reports) progress.Moved(report);
        var body = new RenewalBody
        {
            Worker = identity.Id,
            Leases = [.. reports.Select(report => new LeaseBody(report.JobId, report.Lease, report.Progress, report.Step))],
            LeaseSeconds = leaseFor.TotalSeconds,
        };
        var answer = await server.Post<OrdersView>($"{Linker.Root}/work/renewals", body, cancel);
        return [.. answer.Orders.Select(order => new StopOrder(order.JobId, order.Lease, order.Reason))];
    }

    public Task<LocalFile> Fetch(ClaimedJob claimed, StoredImage picture, CancellationToken cancel) => files.Fetch(picture, cancel);

    public async Task<StoredImage> Keep(ClaimedJob claimed, int stepIndex, StepOutcome.Developed picture, CancellationToken cancel)
    {
        var receipt = await server.Insist(again => server.Upload<ReceiptView>($"{Root(claimed)}/pictures/{stepIndex}", picture.Path, picture.Sha256, again), cancel);
        files.Keep(receipt.Receipt, picture.Path, claimed.Lease);
        return new StoredImage(receipt.Receipt, receipt.ContentType, receipt.Bytes, receipt.Sha256, receipt.Width, receipt.Height, receipt.Frames);
    }

    public async Task<bool> SaveCheckpoint(ClaimedJob claimed, Checkpoint checkpoint, CancellationToken cancel)
    {
        var body = new CheckpointBody(checkpoint.Image.ObjectKey, Steps(checkpoint.Steps), checkpoint.Data);
        return await server.Insist(again => Said(HttpMethod.Put, $"{Root(claimed)}/checkpoints/{checkpoint.StepIndex}", body, again), cancel);
    }

    public async Task<bool> Settle(AttemptReport report, CancellationToken cancel)
    {
        try
        {
            return await Tell(report, cancel);
        }
        catch (RevelaException refused) when (report.Outcome is AttemptOutcome.Done)
        {
            // The server will not have it, whatever is done here: that is how the attempt ends.
            return await Tell(report with { Outcome = new AttemptOutcome.Erred(refused.Error) }, cancel);
        }
    }

    async Task<bool> Tell(AttemptReport report, CancellationToken cancel)
    {
        var isKept = await Settle(report.Claimed, report.Outcome, Steps(report.Steps), cancel);
        progress.Ended(report, isKept);
        return isKept;
    }

    Task<bool> Settle(ClaimedJob claimed, AttemptOutcome outcome, StepBody[] steps, CancellationToken cancel)
    {
        return outcome switch
        {
            AttemptOutcome.Done done => Said(HttpMethod.Post, $"{Root(claimed)}/complete", new CompletionBody(Pictures(done), steps, done.Data), cancel),
            AttemptOutcome.Erred erred => Fail("error", erred.Error),
            AttemptOutcome.Crashed crashed => Fail("crash", crashed.Error),
            AttemptOutcome.HeldUp away => Fail("outage", away.Error),
            _ => Said(HttpMethod.Post, $"{Root(claimed)}/give-back", null, cancel),
        };

        Task<bool> Fail(string kind, JobError error) =>
            Said(HttpMethod.Post, $"{Root(claimed)}/fail", new FailureBody(new ErrorBody(error.Code, Plain(error.Message), error.Retryable), kind, steps), cancel);
    }

    async Task<bool> Said(HttpMethod method, string path, object? body, CancellationToken cancel)
    {
        try
        {
            await server.Tell(method, path, body, cancel);
            return true;
        }
        catch (RevelaException refused) when (refused.Error.Code == ErrorCodes.StaleLease)
        {
            return false;
        }
    }

    static string Root(ClaimedJob claimed) => $"{Linker.Root}/work/jobs/{claimed.Job.Id:D}/{claimed.Lease}";

    // What has no receipt is a checkpoint that the server knows.
    static MadeBody[] Pictures(AttemptOutcome.Done done) =>
        [.. done.Images.Where(made => !made.Image.ObjectKey.StartsWith('/')).Select(made => new MadeBody(made.StepIndex, made.Image.ObjectKey))];

    static StepBody[] Steps(IReadOnlyList<StepRecord> steps) => [.. steps.Select(step => new StepBody(step.Op, step.Engine, step.State, step.StartedAt, step.FinishedAt))];

    static string Plain(string message)
    {
        var plain = string.Concat(message.Select(c => char.IsControl(c) ? ' ' : c));
        return plain.Length <= LongestMessage ? plain : plain[..LongestMessage];
    }

    // What a far worker is not told of a job stands empty: it has no use for it.
    static ClaimedJob Claimed(AssignmentView job)
    {
        var input = job.Input;
        var asset = new Asset
        {
            Id = Guid.Empty,
            Tenant = "",
            ObjectKey = input.Url,
            ContentType = input.ContentType,
            Bytes = input.Bytes,
            Sha256 = input.Sha256,
            Width = input.Width,
            Height = input.Height,
            Frames = input.Frames,
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        return new ClaimedJob(Job(job), job.Lease, job.Megabytes, asset, [.. job.Checkpoints.Select(Kept)], OutageSince: null);
    }

    static Job Job(AssignmentView job) => new()
    {
        Id = job.JobId,
        Seq = 0,
        Tenant = "",
        Queue = job.Queue,
        Pipeline = new Pipeline
        {
            Name = job.Pipeline,
            Queue = job.Queue,
            AttemptTimeout = TimeSpan.FromSeconds(job.TimeoutSeconds),
            Steps = [.. job.Groups.SelectMany(group => group.Steps).Select(step => StepJson.Read(step, new List<string>())).OfType<Step>()],
        },
        State = JobState.Processing,
        AssetId = Guid.Empty,
        Attempt = job.Attempt,
        Metadata = job.Metadata,
        CreatedAt = DateTimeOffset.UnixEpoch,
        RunAt = DateTimeOffset.UnixEpoch,
    };

    static Checkpoint Kept(KeptView kept)
    {
        var picture = kept.Picture;
        var image = new StoredImage(picture.Url, picture.ContentType, picture.Bytes, picture.Sha256, picture.Width, picture.Height, picture.Frames);
        var steps = kept.Steps.Select(step => new StepRecord(step.Op, step.Engine, step.State, step.StartedAt ?? default, step.FinishedAt ?? default));
        return new Checkpoint(kept.StepIndex, image, [.. steps], kept.Data);
    }
}
