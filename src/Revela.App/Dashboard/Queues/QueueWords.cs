using Revela.App.Api.Views;
using Revela.App.Pipelines;

namespace Revela.App.Dashboard.Queues;

/// <summary>A queue's limits as people read and type them.</summary>
static class QueueWords
{
    public static string Time(double seconds) => seconds == 0 ? "0 s" : Durations.Write(TimeSpan.FromSeconds(seconds));

    /// <summary>All limits in a line.</summary>
    public static string Limits(QueueView queue, Visit visit)
    {
        string?[] limits =
        [
            queue.Concurrency is { } each ? visit.Say("queues.each", ("count", each)) : null,
            queue.GlobalLimit is { } all ? visit.Say("queues.in-all", ("count", all)) : null,
            queue.RateLimit is { } begun ? visit.Say("queues.begun", ("count", begun), ("time", Time(queue.RatePeriodSeconds))) : null,
            queue.MinGapSeconds > 0 ? visit.Say("queues.gap", ("time", Time(queue.MinGapSeconds))) : null,
            queue.KeepCompleted is { } kept ? visit.Say("queues.kept", ("count", kept)) : null,
            queue.KeepForSeconds is { } age ? visit.Say("queues.kept-for", ("time", Time(age))) : null,
        ];
        return limits.Any(limit => limit is not null) ? string.Join(" · ", limits.OfType<string>()) : visit.Say("queues.unlimited");
    }
}
