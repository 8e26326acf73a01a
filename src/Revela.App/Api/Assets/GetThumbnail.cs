using Microsoft.Net.Http.Headers;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Thumbnails;
using Revela.Core.Assets;

namespace Revela.App.Api.Assets;

/// <summary>GET /api/v1/assets/{id}/thumbnail: a small copy.</summary>
public static class GetThumbnail
{
    [EndpointSummary("Load a small copy of an asset's picture")]
    [EndpointDescription("WebP, whatever the picture is, made when first asked for: at most 320 × 320, or with `size=large` 1600 × 1600. 404 also when none can be made.")]
    [Gives(SmallCopies.ContentType)]
    [Refuses(400, 404)]
    public static async Task<IResult> Handle(Guid id, string? size, HttpContext http, IAssetStore assets, SmallCopies copies, CancellationToken cancel)
    {
        if (size is not (null or "small" or "large")) throw Refusals.Invalid("'size' is small or large.");
        var asset = await assets.Get(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("asset");
        var wanted = size == "large" ? ThumbnailSize.Large : ThumbnailSize.Small;
        var file = await copies.Find(asset, wanted, cancel) ?? throw Refusals.NotFound("thumbnail");
        Picture.WriteHeaders(http.Response.Headers);
        var tag = new EntityTagHeaderValue($"\"{asset.Sha256}-{(int)wanted}\"");
        return TypedResults.PhysicalFile(Path.GetFullPath(file), SmallCopies.ContentType, entityTag: tag);
    }
}
