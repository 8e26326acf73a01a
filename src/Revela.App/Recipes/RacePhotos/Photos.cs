using System.Globalization;
using System.Text.Json.Nodes;
using Revela.App.Accounts;
using Revela.App.Links;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Items;
using Revela.Core.Jobs;

namespace Revela.App.Recipes.RacePhotos;

/// <summary>The photos of the gallery: items whose original stays as it is, with what was read on them.</summary>
public sealed class Photos(IItemStore items, IJobStore jobs, RosterBook rosters, TimeProvider time)
{
    public const string Root = "/photos";
    public const string Collection = "photos";

    public Item New(Asset photo) => new()
    {
        Id = photo.Id,
        Tenant = photo.Tenant,
        Collection = Collection,
        ExternalId = photo.Id.ToString("D"),
        OriginalId = photo.Id,
        AssetId = photo.Id,
        CreatedAt = time.GetUtcNow(),
        UpdatedAt = time.GetUtcNow(),
    };

    public async Task<Item?> Find(string tenant, string id, CancellationToken cancel) =>
        Guid.TryParse(id, out var photo) ? await items.Get(tenant, Collection, photo.ToString("D"), cancel) : null;

    /// <param name="label">As <c>read-bibs</c> gives them; null for all photos.</param>
    public Task<Page<Item>> List(string tenant, string? label, string? cursor, int limit, CancellationToken cancel) =>
        items.List(tenant, Collection, label, cursor, limit, cancel);

    /// <summary>What an upload is answered with at once.</summary>
    public static PhotoAccepted Accepted(Asset photo, Linker links) => new(photo.Id, links.Content(photo.Id), "pending");

    public async Task<PhotoStatus> StatusOf(Item photo, CancellationToken cancel)
    {
        var state = await ItemState.Of(photo, items, jobs, cancel);
        var done = state.State == JobState.Completed;
        return new PhotoStatus(Spell(state), done ? null : state.Error?.Message, done, done ? state.EndedAt : null, done ? null : state.Error?.Code);
    }

    /// <summary>Visitors see what is asserted; what waits for a person, and who a number belongs to, is for those with a key.</summary>
    public async Task<PhotoView> View(Item photo, Access access, Linker links, CancellationToken cancel)
    {
        var status = await StatusOf(photo, cancel);
        var names = access.IsVisitor ? null : (await rosters.Of(photo.Tenant, cancel)).Names;
        var url = (photo.OriginalId ?? photo.AssetId) is { } picture ? links.Content(picture) : null;
        return new PhotoView(
            Guid.Parse(photo.ExternalId), url, status.Status, status.Error, status.IsProcessed, status.ProcessedAt, status.Code,
            ReadingsOf(photo, Review.Detections, names, access.IsVisitor), access.IsVisitor ? null : ReadingsOf(photo, Review.Waiting, names),
            access.IsVisitor || ReadingsOf(photo, Review.Rejected, names) is not { Count: > 0 } rejected ? null : rejected, photo.CreatedAt);
    }

    /// <summary>Writes down what a person says of a doubtful reading; the photo is found by its numbers as they are then.</summary>
    /// <returns>The photo, and whether the reading was there to be decided.</returns>
    /// <exception cref="RevelaException"><c>not-found</c>.</exception>
    public async Task<(Item Photo, bool IsDone)> Decide(string tenant, Guid id, Decision decision, CancellationToken cancel)
    {
        var isDone = false;
        var photo = await items.Change(
            tenant, Collection, id.ToString("D"),
            now =>
            {
                var decided = Review.Decide(now.Data, decision);
                isDone = decided is not null;
                return isDone ? new ItemChange(Data: decided) : null;
            },
            cancel);
        return photo is null ? throw Api.Refusals.NotFound("photo") : (photo, isDone);
    }

    /// <param name="field">One of those that <see cref="Review"/> names.</param>
    /// <param name="names">By number; null to tell none.</param>
    /// <param name="isBare">Leaves out what persons decided.</param>
    public static IReadOnlyList<Reading> ReadingsOf(Item photo, string field, IReadOnlyDictionary<string, string>? names, bool isBare = false) =>
        [.. (photo.Data?[field] as JsonArray ?? []).OfType<JsonObject>().Select(one => ReadingOf(one, names, isBare))];

    static Reading ReadingOf(JsonObject one, IReadOnlyDictionary<string, string>? names, bool isBare)
    {
        var bib = one["bib"]?.ToString() ?? "";
        var read = !isBare && one["read"] is JsonObject before ? new DoubtfulReading(before["bib"]?.ToString() ?? "", Number(before["confidence"]), before["reason"]?.ToString()) : null;
        return new Reading(bib, Number(one["confidence"]), BoxOf(one["box"] as JsonObject), names?.GetValueOrDefault(bib), one["reason"]?.ToString(), read);
    }

    public static Box BoxOf(JsonObject? box) => new((int)Number(box?["x"]), (int)Number(box?["y"]), (int)Number(box?["width"]), (int)Number(box?["height"]));

    static double Number(JsonNode? node) => double.TryParse(node?.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;

    static string Spell(ItemState state) => state.State switch
    {
        JobState.Pending => "pending",
        JobState.Processing => "processing",
        JobState.Completed => "completed",
        _ => "failed",
    };
}
