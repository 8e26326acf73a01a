using Microsoft.AspNetCore.Mvc;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Links;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Flow;

namespace Revela.App.Recipes.RacePhotos;

/// <summary>POST /photos: one photo of a race.</summary>
public sealed class UploadPhoto(UploadReader uploads, Photos photos, RosterBook rosters, Submitter submitter)
{
    [EndpointSummary("Upload a photo of a race")]
    [EndpointDescription("Keeps the photo and answers at once; its numbers are read in the background.")]
    [Takes(typeof(PhotoForm), "multipart/form-data")]
    [ProducesResponseType<PhotoAccepted>(202)]
    [Refuses(400, 413, 415, 422, 503)]
    public static async Task<IResult> Handle(HttpContext http, UploadPhoto door, CancellationToken cancel)
    {
        var taken = await door.Take(http, "photo", only: 1, cancel);
        http.Response.Headers.Location = $"{Photos.Root}/{taken[0].Id:D}";
        return TypedResults.Json(Photos.Accepted(taken[0], Linker.For(http)), RevelaJson.Options, statusCode: 202);
    }

    /// <summary>Keeps the photos of a request with their jobs: all of them or none.</summary>
    /// <param name="only">How many there must be; null for any number.</param>
    public async Task<IReadOnlyList<Asset>> Take(HttpContext http, string field, int? only, CancellationToken cancel)
    {
        await using var upload = await uploads.Read(http, field, cancel);
        if (upload.Received.Count == 0 || only < upload.Received.Count)
            throw Refusals.Invalid(only is null ? $"Send photos as '{field}'." : $"Send one photo as '{field}'.");
        await submitter.Submit(
            new SubmitRequest
            {
                Tenant = http.Tenant(),
                Assets = upload.Received,
                Pipeline = (await rosters.Of(http.Tenant(), cancel)).Pipeline,
                NewItems = [.. upload.Received.Select(photos.New)],
            },
            cancel);
        upload.Keep();
        return upload.Received;
    }
}
