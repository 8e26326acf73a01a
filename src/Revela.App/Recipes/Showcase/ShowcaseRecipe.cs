using Revela.App.Accounts;
using Revela.Core.Accounts;

namespace Revela.App.Recipes.Showcase;

/// <summary>The showcase recipe: an app asks for its characters' pictures, and a worker, perhaps far away and only now and then there, makes them.</summary>
public static class ShowcaseRecipe
{
    public const string PipelineName = "showcase";

    public static void Map(IEndpointRouteBuilder app, ShowcaseOptions options)
    {
        var characters = app.MapGroup(Characters.Root).WithTags("showcase");
        characters.MapPut("/{id}", PutCharacter.Handle).Needs(Scopes.Submit);
        characters.MapPost("/{id}/process", ProcessCharacter.Handle).Needs(Scopes.Submit);
        characters.MapGet("/{id}", GetCharacter.Handle).Needs(Scopes.Read);

        var image = app.MapGet($"{Characters.ImageRoot}/{{user}}/{{id}}/{{file}}", GetShowcaseImage.Handle).WithTags("showcase");
        if (options.Public) image.NeedsOr(Scopes.Read, visitors: true);
        else image.NeedsOrLink(Scopes.Read);
    }
}
