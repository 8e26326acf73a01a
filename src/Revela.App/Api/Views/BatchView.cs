using System.Text.Json.Serialization;
using Revela.App.Links;
using Revela.Core.Jobs;

namespace Revela.App.Api.Views;

/// <summary>Jobs submitted together, and how far they are.</summary>
/// <param name="CostUsd">What the jobs that have ended took.</param>
/// <param name="Progress">Share of the jobs that ended, 0–1.</param>
public sealed record BatchView(
    Guid Id, string? Name, DateTimeOffset CreatedAt, int Total, int Completed, int Failed, int Cancelled, int Open, double Progress, decimal CostUsd, BatchLinks Links)
{
    public static BatchView Of(Batch batch, Linker links) => new(
        batch.Id, batch.Name, batch.CreatedAt, batch.Total, batch.Completed, batch.Failed, batch.Cancelled, batch.Open, batch.Progress, batch.CostUsd,
        new BatchLinks(links.Batch(batch.Id), links.BatchJobs(batch.Id), links.BatchDownload(batch.Id)));
}

/// <param name="Download">Signed; a zip of all results.</param>
public sealed record BatchLinks(string Self, string Jobs, string Download);

/// <summary>A page of batches, newest first.</summary>
/// <param name="Next">Cursor of the next page; null at the end.</param>
public sealed record BatchPage(IReadOnlyList<BatchView> Batches, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);
