using Microsoft.AspNetCore.Mvc;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Links;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Flow;
using Revela.Core.Jobs;

namespace Revela.App.Api.Assets;

/// <summary>POST /api/v1/assets: images to keep, without a job.</summary>
public static class UploadAssets
{
    [EndpointSummary("Upload assets")]
    [EndpointDescription("Keeps one image or many; one answers with the asset, many with a list.")]
    [Takes(typeof(FilesForm), "multipart/form-data")]
    [Takes(typeof(UrlBody), "application/json", """{"url": ["https://images.example.com/one.jpg"]}""")]
    [ProducesResponseType<AssetView>(201)]
    [Refuses(400, 413, 415, 422, 503)]
    public static async Task<IResult> Handle(HttpContext http, UploadReader uploads, UploadOptions limits, UrlSource source, Intake intake, CancellationToken cancel)
    {
        await using var upload = await uploads.Read(http, UploadReader.FileField, cancel);
        var urls = ReadUrls(upload);
        var count = upload.Received.Count + urls.Count;
        if (count == 0) throw Refusals.Invalid("Send a 'file' or a 'url'.");
        if (count > limits.MaxFiles) throw Refusals.Invalid($"A request may hold at most {limits.MaxFiles} images.");
        await upload.Fetch(urls, source, intake, cancel);
        upload.Keep();

        var links = Linker.For(http);
        var views = upload.Received.Select(asset => AssetView.Of(asset, links)).ToList();
        if (views.Count > 1) return TypedResults.Json(new AssetList(views), RevelaJson.Options, statusCode: 201);
        http.Response.Headers.Location = links.Asset(views[0].Id);
        return TypedResults.Json(views[0], RevelaJson.Options, statusCode: 201);
    }

    static IReadOnlyList<string> ReadUrls(Upload upload)
    {
        var fields = new FieldReader(upload.Fields, upload.IsForm);
        fields.RefuseOthers(["url"]);
        var urls = fields.Texts("url", 4096, int.MaxValue);
        fields.Refuse();
        return urls;
    }
}
