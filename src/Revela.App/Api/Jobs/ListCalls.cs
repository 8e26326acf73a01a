using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core.Jobs;
using Revela.Core.Ledger;

namespace Revela.App.Api.Jobs;

/// <summary>GET /api/v1/jobs/{id}/calls: what was asked of outside services for a job.</summary>
public static class ListCalls
{
    [EndpointSummary("List a job's calls to outside services")]
    [EndpointDescription("Oldest first, with what each took. An `open` one of a parked job may have been paid for, and gave nothing that is kept.")]
    [Refuses(404)]
    public static async Task<Ok<CallList>> Handle(Guid id, HttpContext http, IJobStore jobs, ICallStore calls, CancellationToken cancel)
    {
        var job = await jobs.Get(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("job");
        return TypedResults.Ok(new CallList([.. (await calls.List(http.Tenant(), id, cancel)).Select(call => CallView.Of(call, job))]));
    }
}
