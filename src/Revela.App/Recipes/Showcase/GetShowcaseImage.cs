using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.Core.Assets;

namespace Revela.App.Recipes.Showcase;

/// <summary>GET /showcase-images/{userId}/{characterId}/showcase_{characterId}.png: the finished picture under its lasting address.</summary>
public static class GetShowcaseImage
{
    [EndpointSummary("Load a character's showcase picture")]
    [EndpointDescription("By the character's `showcaseImageUrl`. A new run replaces the picture under the same address.")]
    [Gives("image/png")]
    [Refuses(400, 404, 416)]
    public static async Task<IResult> Handle(
        string user, string id, string file, HttpContext http, Characters characters, IAssetStore assets, IObjectStore objects, CancellationToken cancel)
    {
        var character = await characters.Find(http.Tenant(), id, cancel);
        if (character is null || Characters.KeyOf(character) != $"{Characters.ImageRoot}/{user}/{id}/{file}" || Characters.ShowcaseOf(character) is not { } showcase)
            throw Refusals.NotFound("picture");
        var asset = await assets.Get(http.Tenant(), showcase, cancel) ?? throw Refusals.NotFound("picture");
        var answer = await Picture.Answer(http, objects, asset, Path.GetFileNameWithoutExtension(file), cancel);
        http.Response.Headers.CacheControl = "private, no-cache";
        return answer;
    }
}
