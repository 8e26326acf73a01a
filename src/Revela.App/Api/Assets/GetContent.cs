using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.Core.Assets;

namespace Revela.App.Api.Assets;

/// <summary>GET /api/v1/assets/{id}/content: the bytes.</summary>
public static class GetContent
{
    [EndpointSummary("Load an asset's picture")]
    [EndpointDescription("Ranges and entity tags work; the `url` of an asset or output needs no key. `download` offers it for saving.")]
    [Gives("image/jpeg", "image/png", "image/webp", "image/gif", "image/tiff", "image/avif", "image/heif")]
    [Refuses(404, 416)]
    public static async Task<IResult> Handle(Guid id, HttpContext http, IAssetStore assets, IObjectStore objects, CancellationToken cancel)
    {
        var asset = await assets.Get(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("asset");
        return await Picture.Answer(http, objects, asset, null, cancel);
    }
}
