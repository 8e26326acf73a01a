using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Links;
using Revela.Core.Jobs;

namespace Revela.App.Api.Batches;

/// <summary>GET /api/v1/batches.</summary>
public static class ListBatches
{
    [EndpointSummary("List batches")]
    [EndpointDescription("Newest first; `next` of a page is the `cursor` of the next.")]
    [Refuses(400)]
    public static async Task<Ok<BatchPage>> Handle(string? cursor, int? limit, HttpContext http, IJobStore jobs, TimeProvider time, CancellationToken cancel)
    {
        var links = Linker.For(http);
        var page = await jobs.ListBatches(http.Tenant(), cursor, Refusals.PageSize(limit), cancel);
        return TypedResults.Ok(new BatchPage([.. page.Items.Select(batch => BatchView.Of(batch, links, time.GetUtcNow()))], page.Next));
    }
}
