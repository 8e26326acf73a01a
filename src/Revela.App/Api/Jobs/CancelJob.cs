using Microsoft.AspNetCore.Mvc;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Links;
using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.App.Api.Jobs;

/// <summary>POST /api/v1/jobs/{id}/cancel.</summary>
public static class CancelJob
{
    [EndpointSummary("Cancel a job")]
    [EndpointDescription("A waiting job is cancelled at once (200); a running one is asked to stop and ends within moments (202).")]
    [ProducesResponseType<JobView>(200), ProducesResponseType<JobView>(202)]
    [Refuses(404, 409)]
    public static async Task<IResult> Handle(Guid id, HttpContext http, IJobStore jobs, CancellationToken cancel)
    {
        var state = await jobs.Cancel(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("job");
        if (state is JobState.Completed or JobState.Failed) throw Refusals.WrongState("The job has ended already.");
        var job = await jobs.Get(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("job");
        return TypedResults.Json(JobView.Of(job, Linker.For(http)), RevelaJson.Options, statusCode: state.IsFinal() ? 200 : 202);
    }
}
