using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.Core.Jobs;

namespace Revela.App.Api.Work;

/// <summary>POST /api/v1/work/jobs/{id}/{lease}/give-back: a job that its worker lets go.</summary>
public static class GiveBackWork
{
    [EndpointSummary("Give a held job back")]
    [EndpointDescription("For a worker that stops, and for a job that was ordered to stop. It goes back to the head of its queue, no attempt is counted; one that a person cancelled ends as cancelled. May be repeated.")]
    [Refuses(404, 409, 503)]
    public static Task<NoContent> Handle(Guid id, long lease, HttpContext http, HeldWork work, CancellationToken cancel) =>
        work.Settle(http, id, lease, held => new AttemptReport(held, new AttemptOutcome.Stopped(), []), cancel);
}
