using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Links;
using Revela.App.Renditions;
using Revela.Core.Assets;

namespace Revela.App.Api.Renditions;

/// <summary>GET /api/v1/assets/{id}/rendition: a link to a rendition.</summary>
public static class LinkRendition
{
    [EndpointSummary("Get a link to a rendition of an asset")]
    [EndpointDescription("`options` is a pipeline's name, or operations in short form with semicolons between them, such as `resize:width=300;convert:format=webp`.")]
    [Refuses(400, 404, 422)]
    public static async Task<Ok<RenditionLink>> Handle(
        Guid id, string? options, HttpContext http, IAssetStore assets, RenditionMaker renditions, RenditionSigner signer, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(options)) throw Refusals.Invalid("'options' is missing.");
        renditions.Read(options);
        if (await assets.Get(http.Tenant(), id, cancel) is null) throw Refusals.NotFound("asset");
        return TypedResults.Ok(new RenditionLink(Linker.For(http).At(signer.Sign(options, id, http.Tenant()))));
    }
}

/// <summary>A link to a rendition.</summary>
/// <param name="Url">Loads by itself, for good; the picture is made when it is first loaded.</param>
public sealed record RenditionLink(string Url);
