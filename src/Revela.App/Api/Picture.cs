using Microsoft.Net.Http.Headers;
using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.App.Api;

/// <summary>Answers with a picture's bytes: ranges, entity tag, and headers that keep a browser from taking it for anything else.</summary>
public static class Picture
{
    /// <param name="name">What it may be saved as, without extension.</param>
    public static async Task<IResult> Answer(HttpContext http, IObjectStore objects, Asset asset, string? name, CancellationToken cancel)
    {
        var bytes = await objects.Open(asset.ObjectKey, cancel) ?? throw Refusals.NotFound("picture");
        var headers = http.Response.Headers;
        WriteHeaders(headers);
        var disposition = new ContentDispositionHeaderValue(http.Request.Query.ContainsKey("download") ? "attachment" : "inline");
        disposition.SetHttpFileName(SaveName(asset, name));
        headers.ContentDisposition = disposition.ToString();
        var tag = new EntityTagHeaderValue($"\"{asset.Sha256}\"");
        return TypedResults.Stream(bytes, asset.ContentType, lastModified: asset.CreatedAt, entityTag: tag, enableRangeProcessing: true);
    }

    /// <summary>The same of what is no asset: another may stand at its address later.</summary>
    public static async Task<IResult> Answer(HttpContext http, IObjectStore objects, StoredImage image, CancellationToken cancel)
    {
        var bytes = await objects.Open(image.ObjectKey, cancel) ?? throw Refusals.NotFound("picture");
        WriteHeaders(http.Response.Headers);
        http.Response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Stream(bytes, image.ContentType, entityTag: new EntityTagHeaderValue($"\"{image.Sha256}\""), enableRangeProcessing: true);
    }

    public static void WriteHeaders(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        // The bytes under an id never change; the link or key that leads to them may be one person's.
        headers.CacheControl = "private, max-age=86400, immutable";
    }

    /// <summary>A name with the extension of what the picture is, whatever it was called.</summary>
    public static string SaveName(Asset asset, string? name)
    {
        var stem = Path.GetFileNameWithoutExtension(Uploads.FileNames.Clean(name ?? asset.FileName) ?? asset.Id.ToString("D"));
        return (stem.Length == 0 ? asset.Id.ToString("D") : stem) + ObjectKeys.Extension(asset.ContentType);
    }
}
