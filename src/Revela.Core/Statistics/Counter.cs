using System.Globalization;

namespace Revela.Core.Statistics;

/// <summary>What ends of jobs are counted by.</summary>
public enum Dimension
{
    Queue,
    Pipeline,
    Operation,

    /// <summary>Who did an operation: <c>operation:engine</c>.</summary>
    Engine,
}

/// <summary>A number that only grows: how much of a measure fell into a bucket of time.</summary>
/// <param name="Bucket">Seconds that the bucket is long.</param>
/// <param name="Start">Its beginning: a whole multiple of its length since 1970, UTC.</param>
/// <param name="Name">The queue, pipeline, operation or engine.</param>
/// <param name="Measure">One of <see cref="Measures"/>.</param>
public readonly record struct Counter(string Tenant, Dimension By, int Bucket, DateTimeOffset Start, string Name, string Measure);

/// <summary>How long the buckets of a rollup are, and how long they are kept.</summary>
/// <param name="Seconds">Their length.</param>
public sealed record Rollup(int Seconds, TimeSpan KeepFor)
{
    public static Rollup Minutes { get; } = new(60, TimeSpan.FromHours(2));
    public static Rollup Hours { get; } = new(3600, TimeSpan.FromDays(2));
    public static Rollup ThreeHours { get; } = new(10800, TimeSpan.FromDays(14));
    public static Rollup Days { get; } = new(86400, TimeSpan.FromDays(60));

    public static IReadOnlyList<Rollup> All { get; } = [Minutes, Hours, ThreeHours, Days];

    public DateTimeOffset StartOf(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds() / Seconds * Seconds);
}

/// <summary>What is counted. Durations have a sum in microseconds and, for percentiles, how many fell into each <see cref="Bin"/>.</summary>
public static class Measures
{
    public const string Completed = "completed";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";

    /// <summary>From the last start to the end; a step's own time where operations and engines are counted.</summary>
    public const string Time = "time";

    /// <summary>From when the last attempt might begin until it began.</summary>
    public const string Wait = "wait";

    /// <summary>Millionths of a dollar.</summary>
    public const string Cost = "cost";

    public static string FailedAs(string code) => $"{Failed}.{code}";

    public static string Binned(string duration, int bin) => $"{duration}.{bin.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>What stands behind <paramref name="measure"/> and a dot; null when it is another measure.</summary>
    public static string? Part(string measure, string of) =>
        measure.Length > of.Length + 1 && measure[of.Length] == '.' && measure.StartsWith(of, StringComparison.Ordinal) ? measure[(of.Length + 1)..] : null;
}

/// <summary>Durations in bins that each reach 19 % (the fourth root of 2) further than the one before, from a millisecond up: a percentile read from them is at most 9 % off.</summary>
public static class Bin
{
    const int PerDoubling = 4, Last = 160;

    public static int Of(TimeSpan duration) =>
        duration.TotalMilliseconds <= 1 ? 0 : Math.Min(Last, 1 + (int)(Math.Log2(duration.TotalMilliseconds) * PerDoubling));

    /// <summary>The middle of a bin, by ratio.</summary>
    public static TimeSpan Middle(int bin) => TimeSpan.FromMilliseconds(bin == 0 ? 1 : Math.Pow(2, (bin - 0.5) / PerDoubling));
}
