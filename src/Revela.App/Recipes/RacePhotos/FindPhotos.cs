using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Links;

namespace Revela.App.Recipes.RacePhotos;

/// <summary>GET /photos: the gallery, or the photos on which a number was read.</summary>
public static class FindPhotos
{
    [EndpointSummary("Find photos by number")]
    [EndpointDescription("Those on which `bib` is asserted; with `review`, those with readings that a person should decide; with neither, all. Newest first; `next` of a page is the `cursor` of the next.")]
    [Refuses(400)]
    public static async Task<Ok<PhotoPage>> Handle(string? bib, bool? review, string? cursor, int? limit, HttpContext http, Photos photos, CancellationToken cancel)
    {
        var (access, links) = (http.Access(), Linker.For(http));
        var page = await photos.List(access.Tenant, LabelOf(bib, review == true && !access.IsVisitor), cursor, Refusals.PageSize(limit), cancel);
        var views = new List<PhotoView>(page.Items.Count);
        foreach (var photo in page.Items) views.Add(await photos.View(photo, access, links, cancel));
        return TypedResults.Ok(new PhotoPage(views, page.Next));
    }

    static string? LabelOf(string? bib, bool review)
    {
        if (bib is null) return review ? Review.Label : null;
        return RosterFile.IsBib(bib) ? $"bib:{bib}" : throw Refusals.Invalid("'bib' must be a number of at most 9 digits.");
    }
}
