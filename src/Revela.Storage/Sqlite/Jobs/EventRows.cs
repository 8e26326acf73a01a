using System.Text.Json.Nodes;
using Revela.Core.Events;
using Revela.Core.Jobs;
using Revela.Core.Queues;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>Events, written in the transaction of what they tell; their numbers grow in commit order because there is one writer.</summary>
static class EventRows
{
    public static void Add(WriteTransaction tx, string type, in JobHead job, string? data = null)
    {
        using var insert = tx.Db.Use("INSERT INTO events (id, type, tenant, job, batch, queue, at, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        insert.Bind(tx.NextEvent()).Bind(type).Bind(job.Tenant).Bind(job.Id).Bind(job.BatchId).Bind(job.Queue).Bind(tx.Now).Bind(data).Run();
        tx.Ring(Signal.Events);
    }

    /// <summary>The job is back in line.</summary>
    /// <param name="reason"><c>error</c>, <c>crash</c>, <c>outage</c>, <c>lost</c>, <c>given-back</c>, <c>retried</c>, <c>unparked</c> or <c>promoted</c>.</param>
    public static void AddWaiting(WriteTransaction tx, in JobHead job, string reason, in Carried carried, JobError? error = null)
    {
        var data = new JsonObject { ["reason"] = reason, ["attempt"] = carried.Attempt, ["run_at"] = Micros.Read(carried.RunAt) };
        if (error is not null) data["error"] = Error(error);
        Add(tx, EventTypes.Waiting, job, RowJson.WriteObject(data));
    }

    public static JsonObject Error(JobError error) =>
        new() { ["code"] = error.Code, ["message"] = error.Message, ["retryable"] = error.Retryable };
}
