using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Dashboard.Jobs;
using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.App.Dashboard.Batches;

/// <summary>GET /batches and /batches/{id}: jobs submitted together, and how far they are.</summary>
public static class ShowBatches
{
    const int PageSize = 30, Prints = 60;

    public static async Task<IResult> All(string? cursor, HttpContext http, IJobStore jobs, CancellationToken cancel)
    {
        var page = await jobs.ListBatches(http.Tenant(), cursor, PageSize, cancel);
        return Page.Of<BatchesScreen, BatchesContents>(new BatchesContents(page, cursor is not null));
    }

    public static async Task<IResult> One(Guid id, string? cursor, HttpContext http, IJobStore jobs, IAssetStore assets, CancellationToken cancel)
    {
        var batch = await jobs.GetBatch(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("batch");
        var page = await JobLines.List(jobs, assets, new JobQuery { Tenant = http.Tenant(), BatchId = id, Cursor = cursor, Limit = Prints }, cancel);
        return Page.Of<BatchScreen, BatchContents>(new BatchContents(batch, page, cursor is not null), visit => batch.Name ?? visit.Say("batch.title"));
    }
}

/// <param name="IsLater">Whether this is not the first page.</param>
public sealed record BatchesContents(Page<Batch> Page, bool IsLater);

/// <param name="IsLater">Whether this is not the first page of its jobs.</param>
public sealed record BatchContents(Batch Batch, Page<JobLine> Page, bool IsLater);
