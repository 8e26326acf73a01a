using Microsoft.AspNetCore.Mvc;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Links;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Flow;
using Revela.Core.Jobs;

namespace Revela.App.Api.Assets;

/// <summary>Where to send a picture.</summary>
/// <param name="Id">Of the upload, and of the asset that it becomes.</param>
/// <param name="Headers">To be sent along, each with this value.</param>
/// <param name="ExpiresAt">Until then it may be sent.</param>
/// <param name="Finish">POST here when it has been sent, or submit a job with the id as its <c>asset_id</c>.</param>
public sealed record AnnouncedUpload(Guid Id, string Method, string Url, IReadOnlyDictionary<string, string> Headers, DateTimeOffset ExpiresAt, string Finish);

/// <summary>POST /api/v1/assets/uploads: a link to send one picture by, straight to the storage where it can.</summary>
public static class AnnounceUpload
{
    static readonly Dictionary<string, string> Plain = new() { ["Content-Type"] = "application/octet-stream" };

    [EndpointSummary("Announce an upload")]
    [EndpointDescription("Answers with a link to PUT exactly these bytes to: of the object storage, or of this server where objects are files. "
        + "Then finish the upload, or submit a job with its id as `asset_id`: only now is the picture looked at. What nobody finishes is deleted.")]
    [Takes(typeof(AnnounceBody), "application/json", """{"bytes": 2483920}""")]
    [ProducesResponseType<AnnouncedUpload>(201)]
    [Refuses(400, 413, 415, 422)]
    public static async Task<IResult> Handle(HttpContext http, DirectUploads direct, UploadOptions limits, TimeProvider time, CancellationToken cancel)
    {
        var body = await UploadReader.ReadJson(http.Request, limits.MaxFieldBytes, cancel);
        var fields = new FieldReader(body, isForm: false);
        fields.RefuseOthers(["bytes"]);
        var bytes = fields.Real("bytes");
        if (bytes is null or < 0 or > long.MaxValue / 2 || bytes % 1 != 0) fields.Mistakes.Add("'bytes' must be the size of the picture, a whole number");
        if (fields.Mistakes.Count > 0) throw new RevelaException(ErrorCodes.InvalidRequest, string.Join("; ", fields.Mistakes) + ".");

        var until = time.GetUtcNow() + DirectUploads.LinkLifetime;
        var (id, link) = direct.Announce(http.Tenant(), (long)bytes!.Value);
        var links = Linker.For(http);
        var url = link?.Url.AbsoluteUri ?? links.Upload(id, (long)bytes.Value, DirectUploads.LinkLifetime);
        var announced = new AnnouncedUpload(id, HttpMethods.Put, url, link?.Headers ?? Plain, until, links.FinishUpload(id));
        return TypedResults.Json(announced, RevelaJson.Options, statusCode: 201);
    }
}
