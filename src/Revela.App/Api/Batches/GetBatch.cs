using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Links;
using Revela.Core.Jobs;

namespace Revela.App.Api.Batches;

/// <summary>GET /api/v1/batches/{id}: how far it is.</summary>
public static class GetBatch
{
    [EndpointSummary("Read a batch and its progress")]
    [Refuses(404)]
    public static async Task<Ok<BatchView>> Handle(Guid id, HttpContext http, IJobStore jobs, TimeProvider time, CancellationToken cancel)
    {
        var batch = await jobs.GetBatch(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("batch");
        return TypedResults.Ok(BatchView.Of(batch, Linker.For(http), time.GetUtcNow()));
    }
}
