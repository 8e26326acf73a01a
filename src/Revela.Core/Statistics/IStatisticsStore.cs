using Revela.Core.Jobs;

namespace Revela.Core.Statistics;

/// <summary>Counters of what ended, so that reading how it goes costs the same at ten jobs and at ten million.</summary>
public interface IStatisticsStore
{
    /// <summary>How these jobs ended, as far as they are there and ended.</summary>
    Task<IReadOnlyList<EndedJob>> Ended(IReadOnlyList<Guid> jobs, CancellationToken cancel);

    /// <summary>
    /// Adds to the counters, notes that <paramref name="reader"/> of the events has come from one id to another, and drops buckets that are too old,
    /// in one transaction. False, and nothing is added, when the reader stands elsewhere by now: another process has counted the same.
    /// </summary>
    Task<bool> Add(string reader, long from, long to, IReadOnlyDictionary<Counter, long> counts, CancellationToken cancel);

    /// <summary>The sums of the counters by name and measure, and by bucket where asked; in no order.</summary>
    Task<IReadOnlyList<CounterSum>> Sum(CounterQuery query, CancellationToken cancel);
}

/// <param name="RunAt">When the last attempt might begin.</param>
/// <param name="StartedAt">When it began; null when the job never ran.</param>
/// <param name="CostUsd">Over all attempts.</param>
public sealed record EndedJob(
    Guid Id, string Pipeline, JobState State, DateTimeOffset RunAt, DateTimeOffset? StartedAt, DateTimeOffset FinishedAt, decimal CostUsd, IReadOnlyList<StepRecord> Steps);

/// <param name="From">Buckets that begin then or later.</param>
/// <param name="Name">Only this one; null for all.</param>
/// <param name="ByBucket">Whether each bucket is summed for itself.</param>
public sealed record CounterQuery(string Tenant, Dimension By, int Bucket, DateTimeOffset From, string? Name, bool ByBucket);

/// <param name="Start">The bucket; null over all of them.</param>
public sealed record CounterSum(string Name, DateTimeOffset? Start, string Measure, long Value);
