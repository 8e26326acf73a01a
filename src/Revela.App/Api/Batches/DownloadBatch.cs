using System.IO.Compression;
using Microsoft.Net.Http.Headers;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Uploads;
using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.App.Api.Batches;

/// <summary>GET /api/v1/batches/{id}/download: all results in one zip, made while it is sent.</summary>
public sealed class DownloadBatch(IJobStore jobs, BatchContents contents, IObjectStore objects)
{
    [EndpointSummary("Download a batch's results as a zip")]
    [EndpointDescription("Holds the results of the jobs that have completed so far, under the names their originals came with, and a manifest of all jobs as CSV and JSON. The link in the batch's `links.download` needs no key.")]
    [Gives("application/zip")]
    [Refuses(404, 409)]
    public static async Task Handle(Guid id, HttpContext http, DownloadBatch door, CancellationToken cancel)
    {
        var batch = await door.Find(http.Tenant(), id, cancel);
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName((FileNames.Clean(batch.Name) ?? $"batch-{batch.Id:D}") + ".zip");
        http.Response.ContentType = "application/zip";
        http.Response.Headers.ContentDisposition = disposition.ToString();
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.CacheControl = "no-store";
        var body = new DeferredStream(http.Response.Body);
        await door.Write(batch, body, cancel);
        await body.FlushAsync(cancel);
    }

    async Task<Batch> Find(string tenant, Guid id, CancellationToken cancel)
    {
        var batch = await jobs.GetBatch(tenant, id, cancel) ?? throw Refusals.NotFound("batch");
        if (batch.Completed > 0) return batch;
        throw batch.Open > 0
            ? new Core.RevelaException(ErrorCodes.NotFinished, "No job of this batch has completed yet.", retryable: true) { RetryAfter = TimeSpan.FromSeconds(2) }
            : Refusals.WrongState("No job of this batch completed.");
    }

    async Task Write(Batch batch, Stream to, CancellationToken cancel)
    {
        await using var zip = await ZipArchive.CreateAsync(to, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancel);
        var manifest = new BatchManifest();
        await foreach (var entry in contents.Of(batch, cancel))
        {
            manifest.Add(entry);
            foreach (var (asset, name) in entry.Pictures) await WritePicture(zip, asset, name, cancel);
        }
        await WriteText(zip, "manifest.csv", manifest.ToCsv(), cancel);
        await WriteText(zip, "manifest.json", manifest.ToJson(), cancel);
    }

    async Task WritePicture(ZipArchive zip, Asset asset, string name, CancellationToken cancel)
    {
        await using var bytes = await objects.Open(asset.ObjectKey, cancel);
        if (bytes is null) return;
        // Pictures are compressed already.
        var entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = asset.CreatedAt;
        await using var body = await entry.OpenAsync(cancel);
        await bytes.CopyToAsync(body, cancel);
    }

    static async Task WriteText(ZipArchive zip, string name, byte[] text, CancellationToken cancel)
    {
        await using var body = await zip.CreateEntry(name).OpenAsync(cancel);
        await body.WriteAsync(text, cancel);
    }
}
