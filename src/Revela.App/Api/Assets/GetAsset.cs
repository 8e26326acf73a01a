using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Links;
using Revela.Core.Assets;

namespace Revela.App.Api.Assets;

/// <summary>GET /api/v1/assets/{id}.</summary>
public static class GetAsset
{
    [EndpointSummary("Read an asset")]
    [Refuses(404)]
    public static async Task<Ok<AssetView>> Handle(Guid id, HttpContext http, IAssetStore assets, CancellationToken cancel)
    {
        var asset = await assets.Get(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("asset");
        return TypedResults.Ok(AssetView.Of(asset, Linker.For(http)));
    }
}
