using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.Core.Jobs;

namespace Revela.App.Api.Batches;

/// <summary>GET /api/v1/batches/{id}/manifest: what came in and what became of it.</summary>
public static class GetManifest
{
    [EndpointSummary("Read a batch's manifest")]
    [EndpointDescription("Input, output, state, error, cost and hashes of each picture; `format` is json or csv. The download holds the same.")]
    [Gives("application/json", "text/csv")]
    [Refuses(400, 404)]
    public static async Task<IResult> Handle(Guid id, string? format, HttpContext http, IJobStore jobs, BatchContents contents, CancellationToken cancel)
    {
        if (format is not (null or "json" or "csv")) throw Refusals.Invalid("'format' must be json or csv.");
        var batch = await jobs.GetBatch(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("batch");
        var manifest = new BatchManifest();
        await foreach (var entry in contents.Of(batch, cancel)) manifest.Add(entry);
        return format == "csv" ? TypedResults.Bytes(manifest.ToCsv(), "text/csv; charset=utf-8", $"batch-{id:D}.csv") : TypedResults.Bytes(manifest.ToJson(), "application/json");
    }
}
