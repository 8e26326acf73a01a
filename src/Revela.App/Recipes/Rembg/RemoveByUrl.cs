using Revela.App.Api.OpenApi;

namespace Revela.App.Recipes.Rembg;

/// <summary>GET /api/remove, as rembg's own server has it: a picture's URL in, a PNG out.</summary>
public static class RemoveByUrl
{
    [EndpointSummary("Remove the background of a picture by URL and wait for it")]
    [EndpointDescription("The same as by POST for a picture at `url`, of a host that the settings allow.")]
    [Gives("image/png")]
    [Refuses(400, 413, 415, 422, 503)]
    public static Task<IResult> Handle(string? url, HttpContext http, RemoveNow door, CancellationToken cancel) => door.Named(url, http, cancel);
}
