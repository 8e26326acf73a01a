using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Links;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Flow;
using Revela.Core.Jobs;

namespace Revela.App.Api.Assets;

/// <summary>POST /api/v1/assets/uploads/{id}/finish: makes an asset of what was sent.</summary>
public static class FinishUpload
{
    const int MaxName = 1000;

    [EndpointSummary("Finish an upload")]
    [EndpointDescription("Reads, measures and hashes what was sent, and refuses what is no picture or too large. Asking again answers with the same asset.")]
    [Takes(typeof(FinishBody), "application/json", """{"file_name": "holiday.jpg"}""")]
    [Refuses(400, 404, 413, 415, 422, 503)]
    public static async Task<Ok<AssetView>> Handle(Guid id, HttpContext http, DirectUploads direct, UploadOptions limits, CancellationToken cancel)
    {
        var asset = await direct.Finish(http.Tenant(), id, await Name(http.Request, limits, cancel), cancel)
            ?? throw new RevelaException(ErrorCodes.NotFound, "There is no such upload, or its bytes have not arrived.");
        return TypedResults.Ok(AssetView.Of(asset, Linker.For(http)));
    }

    // The body may be left out.
    static async Task<string?> Name(HttpRequest request, UploadOptions limits, CancellationToken cancel)
    {
        if (request.ContentLength is null or 0 && request.ContentType is null) return null;
        var fields = new FieldReader(await UploadReader.ReadJson(request, limits.MaxFieldBytes, cancel), isForm: false);
        fields.RefuseOthers(["file_name"]);
        var name = fields.Text("file_name", MaxName);
        return fields.Mistakes.Count == 0 ? FileNames.Clean(name) : throw new RevelaException(ErrorCodes.InvalidRequest, string.Join("; ", fields.Mistakes) + ".");
    }
}
