using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.Core.Assets;
using Revela.Core.Items;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Core.Webhooks;

namespace Revela.Core.Flow;

/// <summary>What a door asks for: one pipeline on one or many assets.</summary>
public sealed record SubmitRequest
{
    public required string Tenant { get; init; }
    public required IReadOnlyList<Asset> Assets { get; init; }

    /// <summary>Checked and normalised.</summary>
    public required Pipeline Pipeline { get; init; }

    /// <summary>Null for the pipeline's own.</summary>
    public int? Priority { get; init; }
    public DateTimeOffset? RunAt { get; init; }
    public bool AsBatch { get; init; }
    public string? BatchName { get; init; }

    /// <summary>Id of the batch, where it was given out already.</summary>
    public Guid? BatchId { get; init; }
    public JsonObject? Metadata { get; init; }
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Does the work anew even where an identical result exists.</summary>
    public bool Fresh { get; init; }
    public string? IdempotencyKey { get; init; }
    public Guid? ItemId { get; init; }

    /// <summary>Made with the jobs, in their transaction: one for each asset, in their order.</summary>
    public IReadOnlyList<Item>? NewItems { get; init; }

    /// <summary>Leaves the job out while the item has one that has not ended.</summary>
    public bool OnlyIfItemIsIdle { get; init; }
    public Parked? Parked { get; init; }

    /// <summary>An address that is told, once, when each of the jobs has ended.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>Id of the one job, where it was given out already.</summary>
    public Guid? JobId { get; init; }
}

/// <summary>Makes jobs of a request and enqueues them in one transaction; what it returns is kept (law 2).</summary>
public sealed class Submitter(IJobStore jobs, IWebhookStore webhooks, IOperations operations, IntakeLimits limits, TimeProvider time)
{
    public async Task<IReadOnlyList<Submitted>> Submit(SubmitRequest request, CancellationToken cancel)
    {
        var submission = new NewSubmission
        {
            Jobs = [.. request.Assets.Select((asset, i) => NewJob(request, asset, request.NewItems?[i]))],
            Batch = request.AsBatch ? new NewBatch(request.BatchId ?? Ids.New(time), request.Tenant, request.BatchName) : null,
            Idempotency = request.IdempotencyKey is { } key ? new Idempotency(request.Tenant, key, Fingerprint(request)) : null,
            MaxWaiting = limits.MaxWaitingJobs,
        };
        // A promise before the jobs: no crash between the two forgets it.
        if (request.CallbackUrl is { } url)
            await webhooks.AddCallbacks([.. submission.Jobs.Select(job => new Callback(job.Id, job.Tenant, url, time.GetUtcNow()))], cancel);
        var submitted = await jobs.Submit(submission, cancel);
        CrashPoints.Reach(CrashPoint.Enqueued);
        return submitted;
    }

    NewJob NewJob(SubmitRequest request, Asset asset, Item? item)
    {
        // The asset row does not keep depth and bands: the most its format can hold is what admission counts with.
        var deep = asset.ContentType is "image/png" or "image/tiff";
        var header = new ImageHeader(asset.ContentType, asset.Width, asset.Height, asset.Frames, Channels: 4, BitsPerChannel: deep ? 16 : 8);
        return new NewJob
        {
            Id = request.JobId ?? Ids.New(time),
            Tenant = request.Tenant,
            Queue = request.Pipeline.Queue,
            Pipeline = request.Pipeline,
            AssetId = asset.Id,
            ContentKey = request.Fresh ? null : ContentKey.Of(asset.Sha256, request.Pipeline, operations),
            Priority = request.Priority ?? request.Pipeline.Priority,
            RunAt = request.RunAt,
            ItemId = item?.Id ?? request.ItemId,
            NewItem = item,
            OnlyIfItemIsIdle = request.OnlyIfItemIsIdle,
            Metadata = request.Metadata,
            Tags = request.Tags,
            Parked = request.Parked,
            Megabytes = operations.Megabytes(request.Pipeline.Steps, header),
            Cost = Math.Max(0.05, header.Pixels * header.Frames / 1e6) * request.Pipeline.Steps.Count,
        };
    }

    static string Fingerprint(SubmitRequest request)
    {
        var asked = new
        {
            Inputs = request.Assets.Select(asset => asset.Sha256).ToArray(),
            request.Pipeline,
            request.Priority,
            request.RunAt,
            request.AsBatch,
            request.BatchName,
            request.Metadata,
            request.Tags,
            request.Fresh,
            request.ItemId,
            request.CallbackUrl,
        };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(asked, RevelaJson.Options)));
    }
}

/// <summary>How much may wait before new work is refused with 503 and <c>Retry-After</c>; what was accepted is never dropped.</summary>
public sealed record IntakeLimits
{
    public long MaxWaitingJobs { get; init; } = 1_000_000;
    public long MaxWaitingBytes { get; init; } = 10L * 1024 * 1024 * 1024;
}
