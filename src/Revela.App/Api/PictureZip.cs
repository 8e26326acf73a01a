using System.IO.Compression;
using Microsoft.Net.Http.Headers;
using Revela.App.Api.Batches;
using Revela.App.Uploads;
using Revela.Core.Assets;

namespace Revela.App.Api;

/// <summary>Answers with pictures in one zip, made while it is sent.</summary>
public sealed class PictureZip : IAsyncDisposable
{
    readonly IObjectStore objects;
    readonly DeferredStream body;
    readonly ZipArchive zip;
    readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);

    PictureZip(IObjectStore objects, DeferredStream body, ZipArchive zip) => (this.objects, this.body, this.zip) = (objects, body, zip);

    /// <param name="name">What it may be saved as, without extension.</param>
    public static async Task<PictureZip> Begin(HttpContext http, string name, IObjectStore objects, CancellationToken cancel)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(FileNames.Clean(name) + ".zip");
        http.Response.ContentType = "application/zip";
        http.Response.Headers.ContentDisposition = disposition.ToString();
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.CacheControl = "no-store";
        var body = new DeferredStream(http.Response.Body);
        return new PictureZip(objects, body, await ZipArchive.CreateAsync(body, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancel));
    }

    /// <summary>Adds a picture, unless its bytes are gone.</summary>
    /// <param name="name">What it is called inside; where that is taken, a number is put behind it.</param>
    public async Task Add(Asset asset, string name, CancellationToken cancel)
    {
        await using var bytes = await objects.Open(asset.ObjectKey, cancel);
        if (bytes is null) return;
        // Pictures are compressed already.
        var entry = zip.CreateEntry(Unique(name), CompressionLevel.NoCompression);
        entry.LastWriteTime = asset.CreatedAt;
        await using var written = await entry.OpenAsync(cancel);
        await bytes.CopyToAsync(written, cancel);
    }

    public async Task Add(string name, byte[] text, CancellationToken cancel)
    {
        await using var written = await zip.CreateEntry(Unique(name)).OpenAsync(cancel);
        await written.WriteAsync(text, cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await zip.DisposeAsync();
        await body.FlushAsync();
    }

    string Unique(string name)
    {
        var unique = name;
        for (var n = 2; !names.Add(unique); n++) unique = $"{Path.GetFileNameWithoutExtension(name)}-{n}{Path.GetExtension(name)}";
        return unique;
    }
}
