using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Links;
using Revela.App.Uploads;

namespace Revela.App.Recipes.Showcase;

/// <summary>PUT /api/characters/{id}: makes a character, or changes what it names.</summary>
public static class PutCharacter
{
    const int MaxName = 255;
    static readonly string[] Known = ["userId", "name"];

    [EndpointSummary("Make or change a character")]
    [EndpointDescription("A new image takes the place of the old one and of what was made of it.")]
    [Takes(typeof(CharacterForm), "multipart/form-data")]
    [Refuses(400, 413, 415, 422, 503)]
    public static async Task<Ok<CharacterView>> Handle(string id, HttpContext http, UploadReader uploads, Characters characters, CancellationToken cancel)
    {
        await using var upload = await uploads.Read(http, "image", cancel);
        if (upload.Received.Count > 1) throw Refusals.Invalid("Send at most one image as 'image'.");
        var fields = new FieldReader(upload.Fields, upload.IsForm);
        fields.RefuseOthers(Known);
        string? user = fields.Text("userId", 128), name = fields.Text("name", MaxName);
        fields.Refuse();
        var character = await characters.Put(http.Tenant(), id, user, name, upload.Received.SingleOrDefault(), cancel);
        upload.Keep();
        return TypedResults.Ok(await characters.View(character, Linker.For(http), cancel));
    }
}
