using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Thumbnails;
using Revela.App.Uploads;
using Revela.Core.Erasure;
using Revela.Core.Flow;

namespace Revela.App.Api.Upkeep;

/// <summary>POST /api/v1/erasures: pictures, items and people, with all that they led to.</summary>
public static class EraseAll
{
    const int MaxText = 255, MaxAssets = 1000;

    [EndpointSummary("Erase pictures, items or people")]
    [EndpointDescription(
        "With all that was made of the pictures: derived pictures, jobs, events, messages, notifications, reusable results and bytes, which are gone when it answers. "
        + "Jobs that have not ended are cancelled. A name or an address in the audit log is taken out; that somebody erased something stays in it.")]
    [Takes(typeof(ErasureBody), "application/json", """{"tag": "customer-17"}""")]
    [Refuses(400, 404, 409, 413, 415)]
    public static async Task<Ok<ErasureView>> Handle(HttpContext http, Eraser eraser, IErasure erasure, SmallCopies smallCopies, AuditLog audit, UploadOptions limits, CancellationToken cancel)
    {
        var fields = new FieldReader(await UploadReader.ReadJson(http.Request, limits.MaxFieldBytes, cancel), isForm: false);
        fields.RefuseOthers(["asset_id", "tag", "item", "user_id", "copies"]);
        var (assets, tag, item, people) = (fields.Ids("asset_id"), fields.Text("tag", MaxText), fields.Text("item", 2 * MaxText), fields.Ids("user_id"));
        var (copies, named) = (fields.Flag("copies"), Item(item));
        if (assets.Count + people.Count == 0 && tag is null && item is null) fields.Mistakes.Add("send 'asset_id', 'tag', 'item' or 'user_id'");
        if (assets.Count > MaxAssets) fields.Mistakes.Add($"'asset_id' may hold {MaxAssets}");
        if (item is not null && named is null) fields.Mistakes.Add("'item' is written as collection/external_id");
        if (people.Contains(http.Access().Actor.Id ?? Guid.Empty)) fields.Mistakes.Add("'user_id' is your own");
        fields.Refuse();

        // Noted first: what is being erased must be on record whatever happens then.
        await audit.Note(http, "erase", string.Join(' ', [.. assets.Select(id => $"asset {id:D}"), .. people.Select(id => $"user {id:D}"), .. Named("tag", tag), .. Named("item", item)]));
        var erased = await eraser.Erase(new EraseRequest(http.Tenant(), assets, tag, named, copies), cancel);
        smallCopies.Forget(erased?.Hashes ?? []);
        var gone = 0;
        foreach (var person in people)
            if (await erasure.ErasePerson(http.Tenant(), person, cancel)) gone++;
        if (erased is null && gone == 0) throw Refusals.NotFound("picture, item or person");
        return TypedResults.Ok(new ErasureView(erased?.Assets ?? [], erased?.Jobs ?? [], gone));
    }

    static (string, string)? Item(string? text) =>
        text is not null && text.IndexOf('/', StringComparison.Ordinal) is > 0 and var cut && cut < text.Length - 1 ? (text[..cut], text[(cut + 1)..]) : null;

    static string[] Named(string what, string? value) => value is null ? [] : [$"{what} {value}"];
}
