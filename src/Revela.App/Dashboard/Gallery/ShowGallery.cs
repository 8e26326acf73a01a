using Revela.App.Accounts;
using Revela.Core.Assets;
using Revela.Core.Items;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.App.Dashboard.Gallery;

/// <summary>GET /gallery: all pictures, newest first, with filters and pages.</summary>
public static class ShowGallery
{
    const int MostCollections = 200;

    public static async Task<IResult> Handle(HttpContext http, IAssetStore assets, IItemStore items, PipelineCatalog pipelines, CancellationToken cancel)
    {
        var choice = GalleryChoice.Of(http.Request);
        var page = await assets.List(choice.ToQuery(http.Tenant()), cancel);
        var collections = await items.Collections(http.Tenant(), MostCollections, cancel);
        return Page.Of<GalleryScreen, GalleryContents>(new GalleryContents(choice, page, [.. pipelines.All.Select(pipeline => pipeline.Name)], collections));
    }
}

/// <param name="Pipelines">Names to choose from, as the collections'.</param>
public sealed record GalleryContents(GalleryChoice Choice, Page<Asset> Page, IReadOnlyList<string> Pipelines, IReadOnlyList<string> Collections);
