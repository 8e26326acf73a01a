using Microsoft.AspNetCore.Mvc;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Links;
using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.App.Api.Jobs;

/// <summary>POST /api/v1/jobs/{id}/retry.</summary>
public static class RetryJob
{
    [EndpointSummary("Retry a failed or cancelled job, or free a parked one")]
    [EndpointDescription("Puts it back with fresh attempts; steps that were paid for or slow and have a result are not done again. "
        + "A parked job goes on at once; where it is `possibly-paid`, the call is made again. Whoever takes the loss instead cancels it.")]
    [ProducesResponseType<JobView>(202)]
    [Refuses(404, 409)]
    public static async Task<IResult> Handle(Guid id, HttpContext http, IJobStore jobs, CancellationToken cancel)
    {
        var state = await jobs.Retry(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("job");
        if (state == JobState.Completed) throw Refusals.WrongState("The job has completed: submit it anew with 'fresh' to run it again.");
        var job = await jobs.Get(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("job");
        return TypedResults.Json(JobView.Of(job, Linker.For(http)), RevelaJson.Options, statusCode: 202);
    }
}
