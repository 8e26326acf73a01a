using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Links;
using Revela.App.Uploads;

namespace Revela.App.Recipes.RacePhotos;

/// <summary>POST /photos/{id}/review: a person decides a doubtful reading.</summary>
public static class ReviewPhoto
{
    static readonly string[] Known = ["bib", "box", "decision", "number"];

    [EndpointSummary("Decide a doubtful reading")]
    [EndpointDescription(
        "`bib` and `box` as they stand in `review` name the reading. `accept` asserts it, `correct` asserts `number` in its place, `reject` puts it aside as no number; "
        + "`undo` takes such a decision back. What is asserted is found by `?bib=` at once. A reading that somebody else has decided meanwhile is refused as `wrong-state`.")]
    [Takes(typeof(DecisionBody), "application/json", """{"bib": "58", "box": {"x": 1006, "y": 563, "width": 45, "height": 28}, "decision": "correct", "number": "158"}""")]
    [Refuses(400, 404, 409, 413, 415)]
    public static async Task<Ok<PhotoView>> Handle(string id, HttpContext http, UploadOptions limits, Photos photos, CancellationToken cancel)
    {
        var photo = Guid.TryParse(id, out var known) ? known : throw Refusals.NotFound("photo");
        var decision = Read(new FieldReader(await UploadReader.ReadJson(http.Request, limits.MaxFieldBytes, cancel), isForm: false));
        var (decided, isDone) = await photos.Decide(http.Tenant(), photo, decision, cancel);
        if (!isDone) throw Refusals.WrongState("No such reading of this photo is there to be decided.");
        return TypedResults.Ok(await photos.View(decided, http.Access(), Linker.For(http), cancel));
    }

    static Decision Read(FieldReader fields)
    {
        fields.RefuseOthers(Known);
        var (bib, number, ruling) = (fields.Text("bib", 20), fields.Text("number", 20), fields.Choice<Ruling>("decision"));
        var box = fields.Object("box") is { } sides ? Photos.BoxOf(sides) : null;
        if (bib is null) fields.Mistakes.Add("'bib' is missing");
        if (box is null) fields.Mistakes.Add("'box' is missing");
        if (ruling is null && fields.Mistakes.Count == 0) fields.Mistakes.Add("'decision' is missing");
        if (ruling == Ruling.Correct ? number is null || !RosterFile.IsBib(number) : number is not null)
            fields.Mistakes.Add("'number' must be a number of at most 9 digits, and only for 'correct'");
        fields.Refuse();
        return new Decision(bib!, box!, ruling!.Value, number);
    }
}
