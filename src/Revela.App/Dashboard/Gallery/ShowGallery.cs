using Revela.App.Accounts;
using Revela.App.Api;
using Revela.Core.Assets;
using Revela.Core.Items;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.App.Dashboard.Gallery;

/// <summary>GET /gallery: all pictures, newest first, with filters and pages.</summary>
public static class ShowGallery
{
    const int MostCollections = 200;

    // Of the bits of the perceptual hash: copies, crops by a little and other sizes; not merely alike in mood.
    const int Alike = 10, MostAlike = 60;

    public static async Task<IResult> Handle(HttpContext http, IAssetStore assets, IItemStore items, PipelineCatalog pipelines, GalleryOrders orders, CancellationToken cancel)
    {
        var choice = GalleryChoice.Of(http.Request);
        var like = choice.Like is { } id ? await assets.Get(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("picture") : null;
        var page = like is null ? await assets.List(choice.ToQuery(http.Tenant()), cancel) : await AlikeTo(like, assets, cancel);
        var collections = await items.Collections(http.Tenant(), MostCollections, cancel);
        return Page.Of<GalleryScreen, GalleryContents>(new GalleryContents(choice, page, [.. pipelines.All.Select(pipeline => pipeline.Name)], collections, orders.CutsOut, like));
    }

    // The picture itself stands first.
    static async Task<Page<Asset>> AlikeTo(Asset asset, IAssetStore assets, CancellationToken cancel) =>
        new([asset, .. (await assets.FindAlike(asset, Alike, MostAlike, cancel)).Select(found => found.Asset)], null);
}

/// <param name="Pipelines">Names to choose from, as the collections'.</param>
/// <param name="CutsOut">Whether the cutout recipe is there to remove backgrounds.</param>
/// <param name="Like">What they look like; null when nothing is asked of their looks.</param>
public sealed record GalleryContents(GalleryChoice Choice, Page<Asset> Page, IReadOnlyList<string> Pipelines, IReadOnlyList<string> Collections, bool CutsOut, Asset? Like);
