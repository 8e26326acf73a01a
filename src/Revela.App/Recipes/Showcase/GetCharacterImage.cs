using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.Core.Assets;

namespace Revela.App.Recipes.Showcase;

/// <summary>GET /raw-uploads/{userId}/{characterId}/{asset}: the picture that a character came with.</summary>
public static class GetCharacterImage
{
    [EndpointSummary("Load the picture that a character came with")]
    [EndpointDescription("By the character's `imageUrl`.")]
    [Gives("image/jpeg", "image/png", "image/webp", "image/gif", "image/tiff", "image/avif", "image/heif")]
    [Refuses(400, 404, 416)]
    public static async Task<IResult> Handle(
        string user, string id, Guid asset, HttpContext http, Characters characters, IAssetStore assets, IObjectStore objects, CancellationToken cancel)
    {
        var character = await characters.Find(http.Tenant(), id, cancel);
        if (character is null || Characters.OriginalKeyOf(character) != $"{Characters.OriginalRoot}/{user}/{id}/{asset:D}") throw Refusals.NotFound("picture");
        var original = await assets.Get(http.Tenant(), asset, cancel) ?? throw Refusals.NotFound("picture");
        return await Picture.Answer(http, objects, original, original.FileName ?? id, cancel);
    }
}
