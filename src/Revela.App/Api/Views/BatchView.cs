using System.Text.Json.Serialization;
using Revela.App.Links;
using Revela.Core.Jobs;

namespace Revela.App.Api.Views;

/// <summary>Jobs submitted together, and how far they are.</summary>
/// <param name="CostUsd">What the jobs that have ended took.</param>
/// <param name="Progress">Share of the jobs that ended, 0–1.</param>
/// <param name="EtaSeconds">When the rest may have ended, at the pace so far; null before the first has, and when all have.</param>
public sealed record BatchView(
    Guid Id, string? Name, DateTimeOffset CreatedAt, int Total, int Completed, int Failed, int Cancelled, int Open, double Progress,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? EtaSeconds, decimal CostUsd, BatchLinks Links)
{
    public static BatchView Of(Batch batch, Linker links, DateTimeOffset now) => new(
        batch.Id, batch.Name, batch.CreatedAt, batch.Total, batch.Completed, batch.Failed, batch.Cancelled, batch.Open, batch.Progress, batch.Left(now) is { } left ? Math.Round(left.TotalSeconds, 1) : null, batch.CostUsd,
        new BatchLinks(links.Batch(batch.Id), links.BatchJobs(batch.Id), links.BatchDownload(batch.Id), links.BatchManifest(batch.Id)));
}

/// <param name="Download">Signed; a zip of all results with a manifest.</param>
/// <param name="Manifest">Signed; what came in and what became of it.</param>
public sealed record BatchLinks(string Self, string Jobs, string Download, string Manifest);

/// <summary>A batch that was taken in.</summary>
/// <param name="Refused">Inputs that are no part of it, and why.</param>
/// <param name="EstimatedUsd">What outside services are reckoned to take for it; nothing for work that is shared.</param>
public sealed record BatchAccepted(BatchView Batch, IReadOnlyList<Uploads.RefusedInput> Refused, decimal EstimatedUsd);

/// <summary>How many jobs an order has changed.</summary>
public sealed record JobsChanged(int Count);

/// <summary>A page of batches, newest first.</summary>
/// <param name="Next">Cursor of the next page; null at the end.</param>
public sealed record BatchPage(IReadOnlyList<BatchView> Batches, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);
