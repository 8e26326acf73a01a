using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Links;

namespace Revela.App.Recipes.Cutout;

/// <summary>GET /images/{uuid}/.</summary>
public static class GetImage
{
    [EndpointSummary("Read an image of the gallery")]
    [Refuses(404)]
    public static async Task<Ok<ImageAnswer>> Handle(string id, HttpContext http, Gallery gallery, CancellationToken cancel)
    {
        var image = await gallery.Find(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("image");
        return TypedResults.Ok(new ImageAnswer(true, await gallery.View(image, Linker.For(http), cancel)));
    }
}
