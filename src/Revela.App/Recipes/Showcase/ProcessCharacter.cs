using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Items;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.App.Recipes.Showcase;

/// <summary>POST /api/characters/{id}/process: asks for a character's showcase picture. Asked again while it is made, it is made once.</summary>
public sealed class ProcessCharacter(Characters characters, IAssetStore assets, Submitter submitter, PipelineCatalog catalog)
{
    public const string NoImage = "The character has no image.";

    [EndpointSummary("Process a character")]
    [EndpointDescription("Removes the background, enlarges and makes a PNG, in the background; the character's status tells how far it is.")]
    [ProducesResponseType<CharacterQueued>(202)]
    [Refuses(400, 404, 409, 503)]
    public static async Task<IResult> Handle(string id, HttpContext http, ProcessCharacter door, CancellationToken cancel)
    {
        var job = await door.Queue(http.Tenant(), id, cancel);
        http.Response.Headers.Location = $"{Characters.Root}/{id}";
        return TypedResults.Json(new CharacterQueued(id, job, "removing-background"), RevelaJson.Options, statusCode: 202);
    }

    async Task<Guid> Queue(string tenant, string id, CancellationToken cancel)
    {
        var character = await characters.Find(tenant, id, cancel) ?? throw Refusals.NotFound("character");
        var picture = character.OriginalId is { } original ? await assets.Get(tenant, original, cancel) : null;
        if (picture is null)
        {
            await characters.NoteFailure(character, NoImage, cancel);
            throw Refusals.WrongState(NoImage);
        }
        return await Submit(character, picture, null, cancel);
    }

    /// <summary>Asks for the showcase picture of a character, made of this picture of it. Id of the job that makes it: of one that has not ended, if there is one.</summary>
    /// <param name="job">Id of the job, where it was given out already.</param>
    public async Task<Guid> Submit(Item character, Asset picture, Guid? job, CancellationToken cancel) =>
        (await submitter.Submit(RequestFor(character, picture) with { JobId = job }, cancel))[0].JobId;

    SubmitRequest RequestFor(Item character, Asset picture) => new()
    {
        Tenant = character.Tenant,
        Assets = [picture],
        Pipeline = catalog.Get(ShowcaseRecipe.PipelineName),
        ItemId = character.Id,
        OnlyIfItemIsIdle = true,
        Metadata = new JsonObject { ["characterId"] = character.ExternalId, ["userId"] = Characters.UserOf(character), ["name"] = Characters.NameOf(character) },
    };
}
