using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Links;

namespace Revela.App.Api.Jobs;

/// <summary>GET /api/v1/jobs/{id}.</summary>
public static class GetJob
{
    [EndpointSummary("Read a job")]
    [EndpointDescription("With `Prefer: wait=N` the answer is held up to N seconds until the job has ended.")]
    [ReadsHeader("Prefer", "`wait=N` waits up to N seconds for the end.")]
    [Refuses(404)]
    public static async Task<Ok<JobView>> Handle(Guid id, HttpContext http, Waiting waiting)
    {
        var jobs = await waiting.For(http, id);
        return jobs.Count == 1 ? TypedResults.Ok(JobView.Of(jobs[0], Linker.For(http))) : throw Refusals.NotFound("job");
    }
}
