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
        await door.Write(http, batch, cancel);
    }

    async Task<Batch> Find(string tenant, Guid id, CancellationToken cancel)
    {
        var batch = await jobs.GetBatch(tenant, id, cancel) ?? throw Refusals.NotFound("batch");
        if (batch.Completed > 0) return batch;
        throw batch.Open > 0
            ? new Core.RevelaException(ErrorCodes.NotFinished, "No job of this batch has completed yet.", retryable: true) { RetryAfter = TimeSpan.FromSeconds(2) }
            : Refusals.WrongState("No job of this batch completed.");
    }

    async Task Write(HttpContext http, Batch batch, CancellationToken cancel)
    {
        await using var zip = await PictureZip.Begin(http, FileNames.Clean(batch.Name) ?? $"batch-{batch.Id:D}", objects, cancel);
        var manifest = new BatchManifest();
        await foreach (var entry in contents.Of(batch, cancel))
        {
            manifest.Add(entry);
            foreach (var (asset, name) in entry.Pictures) await zip.Add(asset, name, cancel);
        }
        await zip.Add("manifest.csv", manifest.ToCsv(), cancel);
        await zip.Add("manifest.json", manifest.ToJson(), cancel);
    }
}
