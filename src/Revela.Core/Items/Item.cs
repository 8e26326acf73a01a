using System.Text.Json.Nodes;
using Revela.Core.Jobs;

namespace Revela.Core.Items;

/// <summary>A thing of the user's application (article, character, photo) with its current picture, or none yet.</summary>
public sealed record Item
{
    public required Guid Id { get; init; }
    public required string Tenant { get; init; }
    public required string Collection { get; init; }

    /// <summary>The application's own id; unique inside tenant and collection.</summary>
    public required string ExternalId { get; init; }
    public JsonObject? Metadata { get; init; }

    /// <summary>The picture it was given, which its jobs begin with; kept as long as the item.</summary>
    public Guid? OriginalId { get; init; }

    /// <summary>The current picture. The item's job sets it to its last output when it completes, unless the item has another original by then.</summary>
    public Guid? AssetId { get; init; }

    /// <summary>The last job that was submitted or put back for it: the one that speaks for it, also when it is gone.</summary>
    public Guid? JobId { get; init; }

    /// <summary>How that job ended; null until then.</summary>
    public ItemOutcome? Outcome { get; init; }

    /// <summary>What the last completed job found out; the item can be found by its <see cref="Labels"/>.</summary>
    public JsonObject? Data { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>How an item's job ended, written in the transaction that ended it.</summary>
/// <param name="State">A final one.</param>
/// <param name="Error">Of a failed one.</param>
public sealed record ItemOutcome(JobState State, JobError? Error, DateTimeOffset At);

/// <summary>What the application changes of an item; null leaves it as it is.</summary>
/// <param name="PictureId">The new original and current picture.</param>
/// <param name="Data">What is known of it from now on; its labels follow.</param>
public sealed record ItemChange(JsonObject? Metadata = null, Guid? PictureId = null, JsonObject? Data = null);

public interface IItemStore
{
    /// <summary>
    /// Makes or replaces the item of this tenant, collection and external id; the id of an existing one is kept, and so is all that jobs wrote on it.
    /// The row as it is now.
    /// </summary>
    Task<Item> Save(Item item, CancellationToken cancel);

    /// <summary>Makes the item unless its external id is taken: then false, and nothing was written.</summary>
    Task<bool> Add(Item item, CancellationToken cancel);

    /// <summary>Changes an item beside the jobs that may be writing on it. The row as it is now; null when there is none.</summary>
    Task<Item?> Change(string tenant, string collection, string externalId, ItemChange change, CancellationToken cancel) =>
        Change(tenant, collection, externalId, _ => change, cancel);

    /// <summary>The same by what the item is at that moment, while nobody else changes it.</summary>
    /// <param name="change">Must only decide: it may be asked more than once. Its null leaves the item as it is.</param>
    Task<Item?> Change(string tenant, string collection, string externalId, Func<Item, ItemChange?> change, CancellationToken cancel);

    Task<Item?> Get(string tenant, string collection, string externalId, CancellationToken cancel);

    /// <param name="label">Only those that bear it; null for all.</param>
    Task<Page<Item>> List(string tenant, string collection, string? label, string? cursor, int limit, CancellationToken cancel);

    /// <summary>Items of a collection, every tenant's, that have not changed since a time and have no job that has not ended; longest ago first.</summary>
    Task<IReadOnlyList<Item>> Unchanged(string collection, DateTimeOffset since, int limit, CancellationToken cancel);

    /// <summary>Names of the tenant's collections in their order, at most <paramref name="limit"/>; found without reading the items.</summary>
    Task<IReadOnlyList<string>> Collections(string tenant, int limit, CancellationToken cancel);

    Task<bool> Delete(string tenant, string collection, string externalId, CancellationToken cancel);
}
