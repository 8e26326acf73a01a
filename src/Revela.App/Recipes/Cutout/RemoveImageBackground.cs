using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Items;
using Revela.Core.Jobs;
using Revela.Core.Notices;
using Revela.Core.Pipelines;

namespace Revela.App.Recipes.Cutout;

/// <summary>What a person who asked for a cutout is answered at once.</summary>
public sealed record CutoutQueued(bool Success, Guid TaskId, string Message);

/// <summary>POST /images/{uuid}/remove-bg/: «Quitar fondo». The result is a new image; the original stays as it was.</summary>
public sealed class RemoveImageBackground(Gallery gallery, IAssetStore assets, INoticeStore notices, Submitter submitter, PipelineCatalog catalog, TimeProvider time)
{
    [EndpointSummary("Remove an image's background")]
    [EndpointDescription("Answers at once; whoever asks is notified when the new image is ready, or why it is not.")]
    [Refuses(404, 409, 503)]
    public static async Task<Ok<CutoutQueued>> Handle(string id, HttpContext http, RemoveImageBackground door, CancellationToken cancel) =>
        TypedResults.Ok(new CutoutQueued(true, await door.Queue(id, http.Access(), cancel), "Imagen encolada para procesamiento"));

    /// <summary>The same for any picture: it becomes an image of the gallery unless it is one.</summary>
    /// <exception cref="RevelaException"><c>not-found</c>.</exception>
    public async Task<Guid> Queue(Guid picture, Access access, CancellationToken cancel)
    {
        var asset = await assets.Get(access.Tenant, picture, cancel) ?? throw Refusals.NotFound("picture");
        if (await gallery.Find(access.Tenant, picture.ToString("D"), cancel) is null) await gallery.AddUploaded(access.Tenant, asset, asset.FileName ?? asset.Id.ToString("D"), cancel);
        return await Queue(picture.ToString("D"), access, cancel);
    }

    async Task<Guid> Queue(string id, Access access, CancellationToken cancel)
    {
        var image = await gallery.Find(access.Tenant, id, cancel) ?? throw Refusals.NotFound("image");
        var asset = image.AssetId is { } picture ? await assets.Get(access.Tenant, picture, cancel) : null;
        if (asset is null) throw new RevelaException(ErrorCodes.NotFinished, "The image is not ready yet.");

        // In the order in which a crash between two steps does least harm: a promise without a job, an image that has failed, and then all is kept.
        var (task, result) = (Ids.New(time), Ids.New(time));
        if (access.Actor.Id is { } person) await notices.Add(WatchOf(task, result, image, person), cancel);
        var expected = await gallery.AddExpected(access.Tenant, result, $"{Gallery.TitleOf(image)} (sin fondo)", image, task, cancel);
        try
        {
            await submitter.Submit(
                new SubmitRequest
                {
                    Tenant = access.Tenant,
                    Assets = [asset],
                    Pipeline = catalog.Get(CutoutRecipe.PipelineName),
                    JobId = task,
                    ItemId = expected.Id,
                    Metadata = new JsonObject { ["image_uuid"] = expected.ExternalId },
                },
                cancel);
        }
        catch (RevelaException)
        {
            await gallery.Remove(expected, CancellationToken.None);
            throw;
        }
        return task;
    }

    Watch WatchOf(Guid task, Guid result, Item image, Guid person) => new(
        task, image.Tenant, person, CutoutRecipe.Kind,
        new JsonObject { ["title"] = Gallery.TitleOf(image), ["path"] = Gallery.PathOf(result), ["image_uuid"] = result.ToString("D"), ["task_id"] = task.ToString("D") },
        time.GetUtcNow());
}
