using Revela.App.Accounts;
using Revela.Core.Accounts;
using Revela.Core.Pipelines;
using Revela.Providers.ClipDrop;

namespace Revela.App.Recipes.Showcase;

/// <summary>The showcase recipe: an app asks for its characters' pictures, and a worker, perhaps far away and only now and then there, makes them.</summary>
public static class ShowcaseRecipe
{
    public const string PipelineName = "showcase";

    /// <summary>The catalogue in which the recipe's pipeline names ClipDrop only where it is set up: elsewhere all of it can be done far away.</summary>
    public static PipelineCatalog Extend(PipelineCatalog catalog, ClipDropOptions clipDrop)
    {
        if (clipDrop.ReadKey() is not null) return catalog;
        var pipeline = catalog.Get(PipelineName);
        return new PipelineCatalog([.. catalog.All, pipeline with { Steps = [.. pipeline.Steps.Select(WithoutClipDrop)] }]);
    }

    static Step WithoutClipDrop(Step step) => step is { Engine: ClipDropClient.Name, Instead: { Count: > 0 } instead }
        ? step with { Engine = instead[0], Instead = instead.Count > 1 ? [.. instead.Skip(1)] : null }
        : step;

    public static void Map(IEndpointRouteBuilder app, ShowcaseOptions options)
    {
        var characters = app.MapGroup(Characters.Root).WithTags("showcase");
        characters.MapPut("/{id}", PutCharacter.Handle).Needs(Scopes.Submit);
        characters.MapPost("/{id}/process", ProcessCharacter.Handle).Needs(Scopes.Submit);
        characters.MapGet("/{id}", GetCharacter.Handle).Needs(Scopes.Read);

        var image = app.MapGet($"{Characters.ImageRoot}/{{user}}/{{id}}/{{file}}", GetShowcaseImage.Handle).WithTags("showcase");
        if (options.Public) image.NeedsOr(Scopes.Read, visitors: true);
        else image.NeedsOrLink(Scopes.Read);
        app.MapGet($"{Characters.OriginalRoot}/{{user}}/{{id}}/{{asset:guid}}", GetCharacterImage.Handle).WithTags("showcase").NeedsOrLink(Scopes.Read);
    }
}
