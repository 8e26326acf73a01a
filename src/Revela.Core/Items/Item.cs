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

    /// <summary>The current picture. A job with this item sets it to its last output when it completes.</summary>
    public Guid? AssetId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

public interface IItemStore
{
    /// <summary>Makes or replaces the item of this tenant, collection and external id; the id of an existing one is kept. The row as it is now.</summary>
    Task<Item> Save(Item item, CancellationToken cancel);

    Task<Item?> Get(string tenant, string collection, string externalId, CancellationToken cancel);

    Task<Page<Item>> List(string tenant, string collection, string? cursor, int limit, CancellationToken cancel);

    Task<bool> Delete(string tenant, string collection, string externalId, CancellationToken cancel);
}
