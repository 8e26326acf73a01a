using System.Text.Json.Nodes;
using Revela.App.Links;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Items;
using Revela.Core.Jobs;

namespace Revela.App.Recipes.Cutout;

/// <summary>The gallery's images: items whose picture is there, or is being made by a job that will put it there.</summary>
public sealed class Gallery(IItemStore items, IJobStore jobs, TimeProvider time)
{
    public const string Root = "/images";
    const string Collection = "images";

    /// <summary>Where an image is, as clients and notifications name it.</summary>
    public static string PathOf(Guid image) => $"{Root}/{image:D}/";

    public async Task<Item?> Find(string tenant, string id, CancellationToken cancel) =>
        Guid.TryParse(id, out var image) ? await items.Get(tenant, Collection, image.ToString("D"), cancel) : null;

    public Task<Page<Item>> List(string tenant, string? cursor, int limit, CancellationToken cancel) => items.List(tenant, Collection, null, cursor, limit, cancel);

    public Task<Item> AddUploaded(string tenant, Asset asset, string title, CancellationToken cancel) =>
        items.Save(New(tenant, asset.Id, new JsonObject { ["title"] = title }) with { AssetId = asset.Id }, cancel);

    /// <summary>An image whose id is reserved: its picture comes when the job completes.</summary>
    public Task<Item> AddExpected(string tenant, Guid id, string title, Item parent, Guid job, CancellationToken cancel) =>
        items.Save(New(tenant, id, new JsonObject { ["title"] = title, ["parent"] = parent.ExternalId, ["job"] = job.ToString("D") }), cancel);

    public Task Remove(Item image, CancellationToken cancel) => items.Delete(image.Tenant, Collection, image.ExternalId, cancel);

    public static string TitleOf(Item image) => image.Metadata?["title"]?.ToString() ?? "";

    public async Task<ImageView> View(Item image, Linker links, CancellationToken cancel)
    {
        var parent = image.Metadata?["parent"]?.ToString();
        var url = image.AssetId is { } asset ? links.Content(asset) : null;
        return new ImageView(Guid.Parse(image.ExternalId), TitleOf(image), url, await StatusOf(image, cancel), parent is null ? null : Guid.Parse(parent), image.CreatedAt);
    }

    async Task<string> StatusOf(Item image, CancellationToken cancel)
    {
        if (image.AssetId is not null) return "completed";
        var job = Guid.TryParse(image.Metadata?["job"]?.ToString(), out var id) ? await jobs.Get(image.Tenant, id, cancel) : null;
        return job?.State switch
        {
            JobState.Pending => "pending",
            // The picture is put on the image together with the job's completion: read a moment ago, it was not there yet.
            JobState.Processing or JobState.Completed => "processing",
            _ => "failed",
        };
    }

    Item New(string tenant, Guid id, JsonObject metadata) => new()
    {
        Id = Ids.New(time),
        Tenant = tenant,
        Collection = Collection,
        ExternalId = id.ToString("D"),
        Metadata = metadata,
        CreatedAt = time.GetUtcNow(),
        UpdatedAt = time.GetUtcNow(),
    };
}
