using System.Collections.Concurrent;
using Revela.Core.Jobs;

namespace Revela.App.Far;

/// <summary>Tells whoever watches a far worker how each job goes: a line when it begins, at every step, and when it has ended.</summary>
sealed partial class FarProgress(TimeProvider time, ILogger<FarProgress> log)
{
    /// <summary>By lease: since when it runs, and at which step it was last seen.</summary>
    readonly ConcurrentDictionary<long, (long Since, string? Step)> running = new();

    public void Began(ClaimedJob claimed)
    {
        running[claimed.Lease] = (time.GetTimestamp(), null);
        Begins(log, claimed.Job.Id, string.Join(", ", claimed.Job.Pipeline.Steps.Select(step => step.Op)));
    }

    public void Moved(LeaseReport report)
    {
        if (report.Step is null || !running.TryGetValue(report.Lease, out var run) || run.Step == report.Step) return;
        running[report.Lease] = run with { Step = report.Step };
        IsAt(log, report.JobId, report.Step, report.Progress);
    }

    /// <param name="isKept">False when the lease was gone.</param>
    public void Ended(AttemptReport report, bool isKept)
    {
        if (!running.TryRemove(report.Claimed.Lease, out var run)) return;
        var how = !isKept ? "no longer this worker's" : report.Outcome switch
        {
            AttemptOutcome.Done => "done",
            AttemptOutcome.Erred { Error: var error } => $"failed: {error.Message}",
            AttemptOutcome.Crashed { Error: var error } => $"failed: {error.Message}",
            AttemptOutcome.HeldUp { Error: var error } => $"waits: {error.Message}",
            _ => "given back",
        };
        HasEnded(log, report.Claimed.Job.Id, how, time.GetElapsedTime(run.Since).TotalSeconds);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job} begins: {Steps}")]
    static partial void Begins(ILogger log, Guid job, string steps);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job}: {Step}, {Progress:P0} behind it")]
    static partial void IsAt(ILogger log, Guid job, string step, double progress);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job} after {Seconds:0.0} s: {How}")]
    static partial void HasEnded(ILogger log, Guid job, string how, double seconds);
}
