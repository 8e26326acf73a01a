using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;

namespace Revela.App.Recipes.RacePhotos;

/// <summary>GET /photos/{id}/status.</summary>
public static class GetPhotoStatus
{
    [EndpointSummary("Read how a photo stands")]
    [Refuses(404)]
    public static async Task<Ok<PhotoStatus>> Handle(string id, HttpContext http, Photos photos, CancellationToken cancel)
    {
        var photo = await photos.Find(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("photo");
        return TypedResults.Ok(await photos.StatusOf(photo, cancel));
    }
}
