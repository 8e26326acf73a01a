using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.App.Uploads;
using Revela.Core.Jobs;

namespace Revela.App.Api.Work;

/// <summary>POST /api/v1/work/jobs/{id}/{lease}/fail: an attempt that came to nothing.</summary>
public static class FailWork
{
    [EndpointSummary("Fail a held job's attempt")]
    [EndpointDescription("Whether and when the job is tried again is decided by the server: errors by the pipeline's tries and back-off, the second crash fails the job and quarantines its input, an outage counts no try. May be repeated when its answer was lost.")]
    [Takes(typeof(FailureBody), "application/json", """{"kind": "error", "error": {"code": "operation-failed", "message": "The picture has no background.", "retryable": false}}""")]
    [Refuses(400, 404, 409, 413, 415, 503)]
    public static async Task<NoContent> Handle(Guid id, long lease, HttpContext http, HeldWork work, UploadOptions limits, CancellationToken cancel)
    {
        var body = await WorkBodies.Read<FailureBody>(http.Request, limits, cancel);
        var outcome = Outcome(body.Kind, WorkBodies.Error(body.Error));
        return await work.Settle(http, id, lease, held => new AttemptReport(held, outcome, WorkBodies.Records(body.Steps, held, work.Now)), cancel);
    }

    static AttemptOutcome Outcome(string kind, JobError error) => kind switch
    {
        "error" => new AttemptOutcome.Erred(error),
        "crash" => new AttemptOutcome.Crashed(error),
        "outage" => new AttemptOutcome.HeldUp(error with { Retryable = true }),
        _ => throw Refusals.Invalid("'kind' must be error, crash or outage."),
    };
}
