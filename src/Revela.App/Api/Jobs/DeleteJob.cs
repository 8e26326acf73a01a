using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.Core.Jobs;

namespace Revela.App.Api.Jobs;

/// <summary>DELETE /api/v1/jobs/{id}.</summary>
public static class DeleteJob
{
    [EndpointSummary("Delete a job")]
    [EndpointDescription("With its results, and with its input unless something else needs it; refused before the job has ended. The counters keep counting it.")]
    [Refuses(404, 409)]
    public static async Task<NoContent> Handle(Guid id, HttpContext http, IJobStore jobs, CancellationToken cancel)
    {
        if (await jobs.Delete(http.Tenant(), [id], cancel) > 0) return TypedResults.NoContent();
        if (await jobs.Get(http.Tenant(), id, cancel) is null) throw Refusals.NotFound("job");
        throw Refusals.WrongState("The job has not ended: cancel it first.");
    }
}
