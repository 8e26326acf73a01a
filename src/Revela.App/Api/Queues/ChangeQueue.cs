using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Core.Queues;

namespace Revela.App.Api.Queues;

/// <summary>PATCH /api/v1/queues/{name}: limits and retention, also of a queue that has no jobs yet.</summary>
public static class ChangeQueue
{
    const double LongestSeconds = 100 * 366 * 86400.0;
    static readonly string[] Known =
        ["paused", "concurrency", "global_limit", "rate_limit", "rate_period_seconds", "min_gap_seconds", "keep_completed", "keep_failed", "keep_for_seconds"];

    [EndpointSummary("Change a queue's limits and retention")]
    [EndpointDescription("What is left out stays as it is; null lifts a limit. Holds at once, also for running workers. Makes the queue if there is none of this name.")]
    [Takes(typeof(QueueBody), "application/json", """{"concurrency": 3, "min_gap_seconds": 2, "keep_completed": 100}""")]
    [Refuses(400, 413, 415)]
    public static async Task<Ok<QueueView>> Handle(string name, HttpContext http, IQueueStore queues, IJobStore jobs, ISignals signals, UploadOptions limits, CancellationToken cancel)
    {
        var changed = await Change(name, await UploadReader.ReadJson(http.Request, limits.MaxFieldBytes, cancel), queues, signals, cancel);
        return TypedResults.Ok(await ListQueues.View(changed, jobs, cancel));
    }

    /// <param name="body">Fields as in the request; what is left out stays.</param>
    /// <exception cref="RevelaException"><c>invalid-request</c> with every mistake.</exception>
    public static async Task<Queue> Change(string name, JsonObject body, IQueueStore queues, ISignals signals, CancellationToken cancel)
    {
        if (!PipelineRules.IsName(name)) throw Refusals.Invalid("A queue's name has lower-case letters, digits, '-' and '_', at most 64.");
        var changed = Apply(body, await queues.Get(name, cancel) ?? new Queue { Name = name });
        await queues.Save(changed, cancel);
        signals.Ring(Signal.Work);
        return changed;
    }

    static Queue Apply(JsonObject body, Queue queue)
    {
        var fields = new FieldReader(body, isForm: false);
        fields.RefuseOthers(Known);
        var changed = queue with
        {
            Paused = body.ContainsKey("paused") ? fields.Flag("paused") : queue.Paused,
            Concurrency = Limit("concurrency", 1, queue.Concurrency),
            GlobalLimit = Limit("global_limit", 1, queue.GlobalLimit),
            RateLimit = Limit("rate_limit", 1, queue.RateLimit),
            RatePeriod = Time("rate_period_seconds", 0.001) ?? queue.RatePeriod,
            MinGap = Time("min_gap_seconds", 0) ?? queue.MinGap,
            KeepCompleted = Limit("keep_completed", 0, queue.KeepCompleted),
            KeepFailed = Limit("keep_failed", 0, queue.KeepFailed),
            KeepFor = body.ContainsKey("keep_for_seconds") ? Time("keep_for_seconds", 0) : queue.KeepFor,
        };
        fields.Refuse();
        return changed;

        int? Limit(string name, int least, int? now)
        {
            if (!body.ContainsKey(name)) return now;
            var number = fields.Number(name);
            if (number < least) fields.Mistakes.Add($"'{name}' must be at least {least}");
            return number;
        }

        TimeSpan? Time(string name, double least)
        {
            if (fields.Real(name) is not { } seconds) return null;
            if (seconds >= least && seconds <= LongestSeconds) return TimeSpan.FromSeconds(seconds);
            fields.Mistakes.Add($"'{name}' must be at least {least} and at most {LongestSeconds:0}");
            return null;
        }
    }
}
