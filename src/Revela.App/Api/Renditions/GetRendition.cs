using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Renditions;
using Revela.Core.Assets;

namespace Revela.App.Api.Renditions;

/// <summary>GET /i/{signature}/{options}/{asset}: a rendition, made on first use and kept.</summary>
public static class GetRendition
{
    [EndpointSummary("Load a rendition")]
    [EndpointDescription("`options` is a pipeline's name, or operations in short form with semicolons between them. Who has a key needs no signature.")]
    [Gives("image/jpeg", "image/png", "image/webp", "image/gif", "image/tiff", "image/avif", "image/heif")]
    [Refuses(400, 404, 416, 422, 503)]
    public static async Task<IResult> Handle(string signature, string options, Guid asset, HttpContext http, RenditionMaker renditions, IObjectStore objects, CancellationToken cancel) =>
        await Picture.Answer(http, objects, await renditions.Find(http.Tenant(), options, asset, cancel), null, cancel);
}
