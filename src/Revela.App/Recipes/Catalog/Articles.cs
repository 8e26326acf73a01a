using System.Globalization;
using System.Text.Json.Nodes;
using Revela.App.Links;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Items;
using Revela.Core.Jobs;

namespace Revela.App.Recipes.Catalog;

/// <summary>The shop's articles: items known by a number, whose photo is kept while catalogue pictures take its place.</summary>
public sealed class Articles(IItemStore items, IAssetStore assets, TimeProvider time)
{
    public const string Root = "/api/articulos";
    const string Collection = "articulos";

    // Among an article's metadata, besides its fields: what a person keeps, and the file that its photo shall come as.
    const string KeptField = "imagen_aceptada", FileField = "imagen_archivo";

    public Task<Item?> Find(string tenant, long id, CancellationToken cancel) => items.Get(tenant, Collection, Spell(id), cancel);

    /// <summary>By number.</summary>
    public async Task<IReadOnlyList<Item>> All(string tenant, CancellationToken cancel)
    {
        var all = new List<Item>();
        string? cursor = null;
        do
        {
            var page = await items.List(tenant, Collection, null, cursor, 500, cancel);
            all.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);
        return [.. all.OrderBy(NumberOf)];
    }

    /// <param name="id">Null for the next free number.</param>
    /// <returns>Null when the number is taken.</returns>
    public async Task<Item?> Add(string tenant, long? id, JsonObject article, Asset? photo, CancellationToken cancel)
    {
        if (id is { } given) return await TryAdd(tenant, given, article, photo, cancel);
        var newest = (await items.List(tenant, Collection, null, null, 1, cancel)).Items;
        for (var next = newest.Count == 0 ? 1 : NumberOf(newest[0]) + 1; ; next++)
            if (await TryAdd(tenant, next, article, photo, cancel) is { } added) return added;
    }

    /// <summary>With a photo it begins anew: the catalogue pictures of the old one are not shown any more.</summary>
    public Task<Item?> Change(Item article, JsonObject? fields, Guid? photo, CancellationToken cancel) =>
        items.Change(article.Tenant, Collection, article.ExternalId, new ItemChange(fields, photo), cancel);

    /// <summary>Notes that a person has looked at the article's picture and keeps it. Null when there is none such.</summary>
    public Task<Item?> Keep(string tenant, long id, CancellationToken cancel) => items.Change(
        tenant, Collection, Spell(id),
        article => article.AssetId is { } picture ? new ItemChange(With(article.Metadata, KeptField, picture.ToString("D"))) : null, cancel);

    public static bool IsKept(Item article) => article.AssetId is { } picture && Text(article, KeptField) == picture.ToString("D");

    /// <summary>Name of the file that its photo shall come as; empty when none was told.</summary>
    public static string FileOf(Item article) => Text(article, FileField);

    public static JsonObject WithFile(JsonObject fields, string? file) => file is null ? fields : With(fields, FileField, file);

    /// <summary>What its jobs begin with; null when there is no photo.</summary>
    public async Task<Asset?> PhotoOf(Item article, CancellationToken cancel) =>
        article.OriginalId is { } original ? await assets.Get(article.Tenant, original, cancel) : null;

    public static long NumberOf(Item article) => long.Parse(article.ExternalId, CultureInfo.InvariantCulture);

    public static string Text(Item article, string field) => article.Metadata?[field]?.ToString() ?? "";

    public static bool IsActive(Item article) => article.Metadata?["activo"]?.GetValue<bool>() == true;

    public static int? CategoryOf(Item article) => article.Metadata?["categoria_id"]?.GetValue<int>();

    public static ArticleView View(Item article, Linker links) => new(
        NumberOf(article), Text(article, "nombre"), article.Metadata?["descripcion"]?.ToString(), article.Metadata?["unidad"]?.ToString(),
        CategoryOf(article), IsActive(article), article.AssetId is { } picture ? links.Content(picture) : null);

    static JsonObject With(JsonObject? fields, string name, string value)
    {
        var changed = (JsonObject?)fields?.DeepClone() ?? [];
        changed[name] = value;
        return changed;
    }

    async Task<Item?> TryAdd(string tenant, long id, JsonObject article, Asset? photo, CancellationToken cancel)
    {
        var item = new Item
        {
            Id = Ids.New(time),
            Tenant = tenant,
            Collection = Collection,
            ExternalId = Spell(id),
            Metadata = article,
            OriginalId = photo?.Id,
            AssetId = photo?.Id,
            CreatedAt = time.GetUtcNow(),
            UpdatedAt = time.GetUtcNow(),
        };
        return await items.Add(item, cancel) ? item : null;
    }

    static string Spell(long id) => id.ToString(CultureInfo.InvariantCulture);
}
