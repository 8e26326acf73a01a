using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Links;

namespace Revela.App.Recipes.Showcase;

/// <summary>GET /api/characters/{id}.</summary>
public static class GetCharacter
{
    [EndpointSummary("Read a character and how its showcase picture stands")]
    [Refuses(400, 404)]
    public static async Task<Ok<CharacterView>> Handle(string id, HttpContext http, Characters characters, CancellationToken cancel)
    {
        var character = await characters.Find(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("character");
        return TypedResults.Ok(await characters.View(character, Linker.For(http), cancel));
    }
}
