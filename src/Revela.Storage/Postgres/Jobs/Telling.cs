using System.Text.Json.Nodes;
using Revela.Core.Events;
using Revela.Core.Jobs;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>What a transaction tells of jobs.</summary>
static class Telling
{
    public static void Tell(this Changes changes, string type, JobHead job, string? data = null) => changes.Tell(new EventRow(type, job, changes.At, data));

    /// <summary>The job is back in line.</summary>
    /// <param name="reason"><c>error</c>, <c>crash</c>, <c>outage</c>, <c>lost</c>, <c>given-back</c>, <c>retried</c>, <c>unparked</c> or <c>promoted</c>.</param>
    public static void TellWaiting(this Changes changes, JobHead job, string reason, Carried carried, JobError? error = null)
    {
        var data = new JsonObject { ["reason"] = reason, ["attempt"] = carried.Attempt, ["run_at"] = carried.RunAt };
        if (error is not null) data["error"] = Error(error);
        changes.Tell(EventTypes.Waiting, job, RowJson.WriteObject(data));
    }

    public static JsonObject Error(JobError error) =>
        new() { ["code"] = error.Code, ["message"] = error.Message, ["retryable"] = error.Retryable };
}
