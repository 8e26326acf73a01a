using Microsoft.AspNetCore.Mvc;
using Revela.App.Api.OpenApi;
using Revela.App.Links;
using Revela.Core;

namespace Revela.App.Recipes.RacePhotos;

/// <summary>POST /photos/multiple: many photos in one request, all of them or none.</summary>
public static class UploadPhotos
{
    [EndpointSummary("Upload photos of a race")]
    [Takes(typeof(PhotosForm), "multipart/form-data")]
    [ProducesResponseType<IReadOnlyList<PhotoAccepted>>(202)]
    [Refuses(400, 413, 415, 422, 503)]
    public static async Task<IResult> Handle(HttpContext http, UploadPhoto door, CancellationToken cancel)
    {
        var taken = await door.Take(http, "photos", only: null, cancel);
        var links = Linker.For(http);
        return TypedResults.Json(taken.Select(photo => Photos.Accepted(photo, links)).ToArray(), RevelaJson.Options, statusCode: 202);
    }
}
