using Revela.Core.Events;
using Revela.Core.Jobs;

namespace Revela.Core.Statistics;

/// <summary>Turns ends of jobs into counters. An end whose job is gone or runs again counts for its queue, without times and cost.</summary>
public sealed class Counting
{
    readonly Dictionary<Counter, long> counts = [];

    public IReadOnlyDictionary<Counter, long> Counts => counts;

    /// <param name="happened">A final event.</param>
    /// <param name="found">The job as it reads now; null when it is gone.</param>
    public void Count(JobEvent happened, EndedJob? found)
    {
        var state = StateOf(happened.Type);
        var code = state == JobState.Failed ? (string?)happened.Data?["code"] : null;
        // A job that was run again by hand ends again: its record then tells of another end than this one.
        var ended = found is not null && found.State == state && found.FinishedAt == happened.At ? found : null;
        CountEnd(happened, Dimension.Queue, happened.Queue, state, code, ended);
        if (ended is null) return;
        CountEnd(happened, Dimension.Pipeline, ended.Pipeline, state, code, ended);
        foreach (var step in ended.Steps) CountStep(happened, step, code);
    }

    void CountEnd(JobEvent at, Dimension by, string name, JobState state, string? code, EndedJob? ended)
    {
        Add(at, by, name, MeasureOf(state), 1);
        if (code is not null) Add(at, by, name, Measures.FailedAs(code), 1);
        if (ended is null) return;
        if (ended.CostUsd != 0) Add(at, by, name, Measures.Cost, Micros(ended.CostUsd));
        if (ended.StartedAt is not { } started) return;
        AddDuration(at, by, name, Measures.Time, ended.FinishedAt - started);
        AddDuration(at, by, name, Measures.Wait, started - ended.RunAt);
    }

    // A step that its checkpoint answered for did nothing, and one that was parked has not ended.
    void CountStep(JobEvent at, StepRecord step, string? code)
    {
        if (step.State is not (Measures.Completed or Measures.Failed)) return;
        foreach (var (by, name) in new[] { (Dimension.Operation, step.Op), (Dimension.Engine, $"{step.Op}:{ShortName(step.Engine)}") })
        {
            Add(at, by, name, step.State, 1);
            if (step.State == Measures.Failed && code is not null) Add(at, by, name, Measures.FailedAs(code), 1);
            if (step.CostUsd != 0) Add(at, by, name, Measures.Cost, Micros(step.CostUsd));
            AddDuration(at, by, name, Measures.Time, step.FinishedAt - step.StartedAt);
        }
    }

    void AddDuration(JobEvent at, Dimension by, string name, string measure, TimeSpan duration)
    {
        // Clocks of several machines may disagree.
        if (duration < TimeSpan.Zero) duration = TimeSpan.Zero;
        Add(at, by, name, measure, duration.Ticks / TimeSpan.TicksPerMicrosecond);
        Add(at, by, name, Measures.Binned(measure, Bin.Of(duration)), 1);
    }

    void Add(JobEvent at, Dimension by, string name, string measure, long value)
    {
        foreach (var rollup in Rollup.All)
        {
            var counter = new Counter(at.Tenant, by, rollup.Seconds, rollup.StartOf(at.At), name, measure);
            counts[counter] = counts.GetValueOrDefault(counter) + value;
        }
    }

    static long Micros(decimal usd) => (long)Math.Round(usd * 1_000_000m);

    // An engine's full name tells the version of every library it stands on.
    static string ShortName(string engine) => engine.Split('+')[0];

    static JobState StateOf(string type) => type switch
    {
        EventTypes.Completed => JobState.Completed,
        EventTypes.Failed => JobState.Failed,
        _ => JobState.Cancelled,
    };

    static string MeasureOf(JobState state) => state switch
    {
        JobState.Completed => Measures.Completed,
        JobState.Failed => Measures.Failed,
        _ => Measures.Cancelled,
    };
}
