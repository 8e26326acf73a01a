using Revela.App.Accounts;
using Revela.App.Recipes.RacePhotos;
using Revela.Core.Assets;
using Revela.Core.Items;

namespace Revela.App.Dashboard.Race;

/// <summary>GET /race/review: one doubtful reading after the other, for a person to decide; GET /race/photos/{id}: all that is on one photo.</summary>
public sealed class ShowReview(Photos photos, RosterBook rosters, IAssetStore assets)
{
    public static Task<IResult> Next(HttpContext http, ShowReview page, CancellationToken cancel) => page.ShowNext(http, cancel);

    public static Task<IResult> One(Guid id, HttpContext http, ShowReview page, CancellationToken cancel) => page.ShowOne(http.Tenant(), id, cancel);

    async Task<IResult> ShowNext(HttpContext http, CancellationToken cancel)
    {
        var (tenant, place) = (http.Tenant(), ReviewPlace.Of(name => http.Request.Query[name]));
        var (photo, next) = await Find(tenant, place, cancel);
        var line = photo is null ? null : await Read(photo, cancel);
        return Page.Of<ReviewScreen, ReviewContents>(new ReviewContents(place, line, line is null ? null : await Picture(line, cancel), next), visit => visit.Say("race.review"));
    }

    async Task<(Item? Photo, string? Next)> Find(string tenant, ReviewPlace place, CancellationToken cancel)
    {
        if (place.Photo is { } id) return (await photos.Find(tenant, id.ToString("D"), cancel), null);
        var page = await photos.List(tenant, Review.Label, place.Cursor, 1, cancel);
        return (page.Items.FirstOrDefault(), page.Next);
    }

    async Task<IResult> ShowOne(string tenant, Guid id, CancellationToken cancel)
    {
        var photo = await photos.Find(tenant, id.ToString("D"), cancel) ?? throw Api.Refusals.NotFound("photo");
        var line = await Read(photo, cancel);
        var picture = await Picture(line, cancel);
        return Page.Of<PhotoScreen, PhotoContents>(new PhotoContents(line, picture), visit => picture?.FileName ?? visit.Say("race.photo"));
    }

    async Task<PhotoLine> Read(Item photo, CancellationToken cancel) =>
        new(photo, await photos.StatusOf(photo, cancel), (await rosters.Of(photo.Tenant, cancel)).Names);

    async Task<Asset?> Picture(PhotoLine line, CancellationToken cancel) => line.Picture is { } picture ? await assets.Get(line.Photo.Tenant, picture, cancel) : null;
}

/// <param name="Line">Null when nothing waits.</param>
/// <param name="Picture">Null when it was deleted.</param>
/// <param name="Next">Cursor of the next photo that waits; null when there is none.</param>
public sealed record ReviewContents(ReviewPlace Place, PhotoLine? Line, Asset? Picture, string? Next)
{
    /// <summary>The one that is asked about; null when none of the photo waits.</summary>
    public Reading? Asked => Line?.Waiting is { Count: > 0 } waiting ? waiting[Math.Min(Place.At, waiting.Count - 1)] : null;
}

/// <param name="Picture">Null when it was deleted.</param>
public sealed record PhotoContents(PhotoLine Line, Asset? Picture);
