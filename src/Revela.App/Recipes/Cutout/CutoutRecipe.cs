using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Notifications;
using Revela.Core.Accounts;
using Revela.Core.Jobs;

namespace Revela.App.Recipes.Cutout;

/// <summary>The cutout recipe: a gallery in which a person presses «Quitar fondo», goes on working, and is told when the cutout is ready.</summary>
public static class CutoutRecipe
{
    public const string PipelineName = "gallery-cutout";

    /// <summary>What a notification's kind begins with.</summary>
    public const string Kind = "cutout";

    static readonly ErrorShape Errors = new(error => new Refusal(false, Words.Reason(Words.Spanish, error.Code), error.Code));

    public static void Map(IEndpointRouteBuilder app)
    {
        var images = app.MapGroup(Gallery.Root).WithTags("cutout").WithMetadata(Errors);
        images.MapPost("/", UploadImage.Handle).Needs(Scopes.Submit);
        images.MapGet("/", ListImages.Handle).Needs(Scopes.Read);
        images.MapGet("/{id}", GetImage.Handle).Needs(Scopes.Read);
        images.MapPost("/{id}/remove-bg", RemoveImageBackground.Handle).Needs(Scopes.Submit);
        images.MapGet("/tasks/{id}", GetCutoutTask.Handle).Needs(Scopes.Read);
    }

    /// <summary>An error as this recipe's clients read it.</summary>
    sealed record Refusal(bool Success, string Error, string Code);
}
