using System.Buffers.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Renditions;

namespace Revela.App.Api.Renditions;

/// <summary>GET /api/v1/renditions/key: what links to renditions are signed with.</summary>
public static class GetRenditionKey
{
    [EndpointSummary("Read the key that rendition links are signed with")]
    [EndpointDescription("With it an application writes links of this tenant by itself.")]
    [Refuses]
    public static Ok<RenditionKey> Handle(HttpContext http, RenditionSigner signer)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new RenditionKey(Base64Url.EncodeToString(signer.KeyOf(http.Tenant()))));
    }
}

/// <summary>What links to renditions are signed with.</summary>
/// <param name="Key">Base64url. The signature in a link is base64url(HMAC-SHA256(key, "{options}/{asset}")).</param>
public sealed record RenditionKey(string Key);
