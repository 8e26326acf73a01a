using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Links;

namespace Revela.App.Recipes.Cutout;

/// <summary>GET /images/: the gallery.</summary>
public static class ListImages
{
    [EndpointSummary("List the gallery's images")]
    [EndpointDescription("Newest first, results still being made too; `next` of a page is the `cursor` of the next.")]
    [Refuses(400)]
    public static async Task<Ok<ImagePage>> Handle(string? cursor, int? limit, HttpContext http, Gallery gallery, CancellationToken cancel)
    {
        var links = Linker.For(http);
        var page = await gallery.List(http.Tenant(), cursor, Refusals.PageSize(limit), cancel);
        var images = new List<ImageView>(page.Items.Count);
        foreach (var image in page.Items) images.Add(await gallery.View(image, links, cancel));
        return TypedResults.Ok(new ImagePage(true, images, page.Next));
    }
}
