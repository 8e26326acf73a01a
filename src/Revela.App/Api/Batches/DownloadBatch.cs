using System.IO.Compression;
using Microsoft.Net.Http.Headers;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Uploads;
using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.App.Api.Batches;

/// <summary>GET /api/v1/batches/{id}/download: all results in one zip, made while it is sent.</summary>
public sealed class DownloadBatch(IJobStore jobs, IAssetStore assets, IObjectStore objects)
{
    const int PageSize = 100;

    [EndpointSummary("Download a batch's results as a zip")]
    [EndpointDescription("Holds the results of the jobs that have completed so far, under the names their originals came with. The link in the batch's `links.download` needs no key.")]
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
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var query = new JobQuery { Tenant = batch.Tenant, BatchId = batch.Id, States = [JobState.Completed], Limit = PageSize };
        do
        {
            var page = await jobs.List(query, cancel);
            foreach (var job in page.Items) await WriteJob(zip, batch.Tenant, job, names, cancel);
            query = query with { Cursor = page.Next };
        }
        while (query.Cursor is not null);
    }

    async Task WriteJob(ZipArchive zip, string tenant, Job job, HashSet<string> names, CancellationToken cancel)
    {
        var original = await assets.Get(tenant, job.AssetId, cancel);
        foreach (var output in job.Outputs)
        {
            if (await assets.Get(tenant, output.AssetId, cancel) is not { } asset) continue;
            await using var bytes = await objects.Open(asset.ObjectKey, cancel);
            if (bytes is null) continue;
            // Pictures are compressed already.
            var entry = zip.CreateEntry(Unique(NameOf(original, asset, output), names), CompressionLevel.NoCompression);
            entry.LastWriteTime = asset.CreatedAt;
            await using var body = await entry.OpenAsync(cancel);
            await bytes.CopyToAsync(body, cancel);
        }
    }

    static string NameOf(Asset? original, Asset asset, Output output)
    {
        var stem = Path.GetFileNameWithoutExtension(original?.FileName);
        return Picture.SaveName(asset, string.IsNullOrEmpty(stem) ? null : output.Name is null ? stem + ".x" : $"{stem}-{output.Name}.x");
    }

    static string Unique(string name, HashSet<string> taken)
    {
        var unique = name;
        for (var n = 2; !taken.Add(unique); n++) unique = $"{Path.GetFileNameWithoutExtension(name)}-{n}{Path.GetExtension(name)}";
        return unique;
    }
}
