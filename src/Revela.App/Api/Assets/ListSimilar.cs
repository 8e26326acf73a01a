using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Links;
using Revela.Core.Assets;

namespace Revela.App.Api.Assets;

/// <summary>GET /api/v1/assets/{id}/similar: pictures that look like this one.</summary>
public static class ListSimilar
{
    const int DefaultDistance = 8;

    [EndpointSummary("List similar assets")]
    [EndpointDescription("Nearest first, by the perceptual hash that the operation `inspect` finds out, as does whoever makes a small copy; other assets are not found. "
        + "`distance` is the most of the hash's 64 bits that may differ, 0 to 11: copies in another size or quality differ in 0 to 4, 8 is the default.")]
    [Refuses(400, 404, 409)]
    public static async Task<Ok<SimilarAssets>> Handle(Guid id, int? distance, int? limit, HttpContext http, IAssetStore assets, CancellationToken cancel)
    {
        if (distance is < 0 or > PerceptualHash.FarthestAlike) throw Refusals.Invalid($"'distance' must be 0 to {PerceptualHash.FarthestAlike}.");
        var asset = await assets.Get(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("asset");
        if (asset.PerceptualHash is null) throw Refusals.WrongState("This asset has not been inspected: run a job with the operation 'inspect' on it.");

        var links = Linker.For(http);
        var alike = await assets.FindAlike(asset, distance ?? DefaultDistance, Refusals.PageSize(limit), cancel);
        return TypedResults.Ok(new SimilarAssets([.. alike.Select(found => new SimilarAsset(found.Distance, AssetView.Of(found.Asset, links)))]));
    }
}
