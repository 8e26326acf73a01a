using Revela.App.Accounts;
using Revela.Core.Accounts;
using Revela.Core.Queues;

namespace Revela.App.Recipes.RacePhotos;

/// <summary>The race photos recipe: a photographer uploads thousands of photos, and runners find theirs by their number.</summary>
public static class RacePhotosRecipe
{
    public const string PipelineName = "race-photos";

    /// <summary>Three photos at a time in each worker; the last jobs are kept, while photos and detections stay.</summary>
    public static Queue Queue { get; } = new() { Name = PipelineName, Concurrency = 3, KeepCompleted = 100, KeepFailed = 500 };

    public static void Map(IEndpointRouteBuilder app, RacePhotosOptions options)
    {
        var photos = app.MapGroup(Photos.Root).WithTags("race photos");
        photos.MapPost("/", UploadPhoto.Handle).Needs(Scopes.Submit);
        photos.MapPost("/multiple", UploadPhotos.Handle).Needs(Scopes.Submit);
        photos.MapGet("/", FindPhotos.Handle).NeedsOr(Scopes.Read, options.Public);
        photos.MapGet("/{id}", GetPhoto.Handle).NeedsOr(Scopes.Read, options.Public);
        photos.MapGet("/{id}/status", GetPhotoStatus.Handle).NeedsOr(Scopes.Read, options.Public);
        photos.MapPost("/{id}/review", ReviewPhoto.Handle).Needs(Scopes.Submit).NotedAs("photo.review");
        photos.MapGet("/roster", GetRoster.Handle).Needs(Scopes.Read);
        photos.MapPut("/roster", PutRoster.Handle).Needs(Scopes.Submit).NotedAs("roster.change");
        photos.MapDelete("/roster", DeleteRoster.Handle).Needs(Scopes.Submit).NotedAs("roster.delete");
        app.MapGet("/queue/stats", GetPhotoQueueStats.Handle).WithTags("race photos").Needs(Scopes.Read).OfTheHouse();
    }
}
