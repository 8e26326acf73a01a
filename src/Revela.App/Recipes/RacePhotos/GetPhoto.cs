using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Links;

namespace Revela.App.Recipes.RacePhotos;

/// <summary>GET /photos/{id}: a photo with the numbers on it.</summary>
public static class GetPhoto
{
    [EndpointSummary("Read a photo and its numbers")]
    [Refuses(404)]
    public static async Task<Ok<PhotoView>> Handle(string id, HttpContext http, Photos photos, CancellationToken cancel)
    {
        var photo = await photos.Find(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("photo");
        return TypedResults.Ok(await photos.View(photo, http.Access(), Linker.For(http), cancel));
    }
}
