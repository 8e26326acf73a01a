using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Items;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Imaging.Operations;

namespace Revela.App.Renditions;

/// <summary>
/// Renditions of pictures: made by a job when first asked for, and kept as an item whose picture they are. Whoever asks meanwhile waits for the same job;
/// what cannot be made is not tried again at every look.
/// </summary>
public sealed class RenditionMaker(IItemStore items, IAssetStore assets, IJobStore jobs, Submitter submitter, EventFeed feed, PipelineCatalog catalog, OperationCatalog operations, TimeProvider time)
{
    const string Collection = "renditions", Queue = "renditions", Parent = "parent", JobField = "job";
    const char Separator = ';';
    const int Priority = 50;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="options">A pipeline's name, or operations in short form with semicolons between them.</param>
    /// <exception cref="RevelaException"><c>unknown-pipeline</c>, <c>unknown-operation</c> or <c>invalid-options</c>.</exception>
    public Pipeline Read(string options)
    {
        if (PipelineRules.IsName(options) && (catalog.Find(options) is not null || operations.Find(options) is null)) return catalog.Get(options) with { Queue = Queue };
        var mistakes = new List<string>();
        var draft = new Pipeline { Name = "rendition", Queue = Queue, Steps = [.. options.Split(Separator, StringSplitOptions.RemoveEmptyEntries).Select(operations.Parse)] };
        return PipelineRules.Check(draft, operations, mistakes) ?? throw new RevelaException(ErrorCodes.InvalidOptions, string.Join("; ", mistakes) + ".");
    }

    /// <summary>The rendition, made if need be.</summary>
    /// <exception cref="RevelaException">Why it cannot be made; <c>busy</c> while it is not ready.</exception>
    public async Task<Asset> Find(string tenant, string options, Guid id, CancellationToken cancel)
    {
        var key = System.Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{options}/{id:D}")));
        var item = await items.Get(tenant, Collection, key, cancel);
        if (item?.AssetId is { } made && await assets.Get(tenant, made, cancel) is { } kept) return kept;
        var original = await assets.Get(tenant, id, cancel) ?? throw Api.Refusals.NotFound("asset");
        var job = await Running(tenant, item, cancel) ?? await Begin(original, options, key, item, cancel);
        return await Ended(tenant, job, cancel);
    }

    // The job that makes it, or has found that it cannot be made.
    async Task<Guid?> Running(string tenant, Item? item, CancellationToken cancel)
    {
        if (!Guid.TryParse(item?.Metadata?[JobField]?.ToString(), out var id) || await jobs.Get(tenant, id, cancel) is not { } job) return null;
        return !job.State.IsFinal() || job is { State: JobState.Failed, Error.Retryable: false } ? id : null;
    }

    async Task<Guid> Begin(Asset original, string options, string key, Item? before, CancellationToken cancel)
    {
        var (pipeline, job, now) = (Read(options), Ids.New(time), time.GetUtcNow());
        var item = await items.Save(
            new Item
            {
                Id = before?.Id ?? Ids.New(time),
                Tenant = original.Tenant,
                Collection = Collection,
                ExternalId = key,
                Metadata = new JsonObject { [Parent] = original.Id.ToString("D"), [JobField] = job.ToString("D") },
                CreatedAt = now,
                UpdatedAt = now,
            },
            cancel);
        await submitter.Submit(new SubmitRequest { Tenant = original.Tenant, Assets = [original], Pipeline = pipeline, Priority = Priority, JobId = job, ItemId = item.Id }, cancel);
        return job;
    }

    async Task<Asset> Ended(string tenant, Guid id, CancellationToken cancel)
    {
        var job = await feed.WaitForEnd(tenant, id, Patience, cancel);
        if (job?.State is JobState.Failed) throw new RevelaException(job.Error!);
        if (job?.State is JobState.Completed && await assets.Get(tenant, job.Outputs[^1].AssetId, cancel) is { } made) return made;
        throw new RevelaException(ErrorCodes.Busy, "The rendition is not ready yet.", retryable: true) { RetryAfter = TimeSpan.FromSeconds(2) };
    }
}
