using System.Globalization;

namespace Revela.Core.Statistics;

/// <summary>How it went over a window of time: totals by name, and the same bucket by bucket for charts.</summary>
public sealed class StatisticsReader(IStatisticsStore store, TimeProvider time)
{
    /// <param name="name">Only this queue, pipeline, operation or engine; null for all.</param>
    /// <param name="series">Whether each line has a point for each bucket in which something ended.</param>
    public async Task<StatisticsReport> Read(string tenant, Dimension by, Window window, string? name, bool series, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        // The first bucket is whole, so the window may begin a little earlier than asked.
        var from = window.Rollup.StartOf(now - window.Length);
        var sums = await store.Sum(new CounterQuery(tenant, by, window.Rollup.Seconds, from, name, series), cancel);
        var lines = sums.GroupBy(sum => sum.Name).OrderBy(line => line.Key, StringComparer.Ordinal)
            .Select(line => new StatisticsLine(line.Key, Figures.Of(line, now - from), series ? Series(line, window) : null));
        return new StatisticsReport(by, window, from, now, [.. lines]);
    }

    static Point[] Series(IEnumerable<CounterSum> line, Window window) =>
        [.. line.GroupBy(sum => sum.Start!.Value).OrderBy(bucket => bucket.Key).Select(bucket => new Point(bucket.Key, Figures.Of(bucket, TimeSpan.FromSeconds(window.Rollup.Seconds))))];
}

/// <summary>A span of time up to now that statistics are read over.</summary>
/// <param name="Name">As clients spell it.</param>
public sealed record Window(string Name, TimeSpan Length, Rollup Rollup)
{
    public static IReadOnlyList<Window> All { get; } =
    [
        new("1h", TimeSpan.FromHours(1), Rollup.Minutes),
        new("24h", TimeSpan.FromHours(24), Rollup.Hours),
        new("7d", TimeSpan.FromDays(7), Rollup.ThreeHours),
        new("30d", TimeSpan.FromDays(30), Rollup.Days),
    ];

    public static Window? Find(string name) => All.FirstOrDefault(window => window.Name == name);
}

/// <param name="From">Beginning of the first bucket.</param>
public sealed record StatisticsReport(Dimension By, Window Window, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<StatisticsLine> Lines);

/// <param name="Series">By time; null where it was not asked for. Buckets in which nothing ended are left out.</param>
public sealed record StatisticsLine(string Name, Figures Total, IReadOnlyList<Point>? Series);

/// <param name="At">Beginning of the bucket.</param>
public sealed record Point(DateTimeOffset At, Figures Figures);

/// <summary>What ended, how fast, and why it failed.</summary>
/// <param name="PerHour">Completed, on average.</param>
/// <param name="Time">How long it ran; null when nothing did.</param>
/// <param name="Wait">How long it waited for a worker; null for operations and engines, and when nothing ran.</param>
/// <param name="Failures">How many failed by the code of their error, most first.</param>
public sealed record Figures(
    long Completed, long Failed, long Cancelled, double PerHour, Spread? Time, Spread? Wait, decimal CostUsd, IReadOnlyList<Failure> Failures)
{
    public static Figures Of(IEnumerable<CounterSum> sums, TimeSpan over)
    {
        var values = sums.GroupBy(sum => sum.Measure).ToDictionary(measure => measure.Key, measure => measure.Sum(sum => sum.Value));
        var completed = values.GetValueOrDefault(Measures.Completed);
        var failures = from value in values
                       let code = Measures.Part(value.Key, Measures.Failed)
                       where code is not null
                       orderby value.Value descending, code
                       select new Failure(code, value.Value);
        return new Figures(
            completed, values.GetValueOrDefault(Measures.Failed), values.GetValueOrDefault(Measures.Cancelled), completed / over.TotalHours,
            Spread.Of(values, Measures.Time), Spread.Of(values, Measures.Wait), values.GetValueOrDefault(Measures.Cost) / 1_000_000m, [.. failures]);
    }
}

/// <param name="Code">Of the job's error.</param>
public sealed record Failure(string Code, long Count);

/// <summary>How durations lie; the percentiles are at most 9 % off.</summary>
public sealed record Spread(TimeSpan Average, TimeSpan P50, TimeSpan P95)
{
    public static Spread? Of(IReadOnlyDictionary<string, long> values, string duration)
    {
        var bins = new SortedDictionary<int, long>();
        foreach (var (measure, count) in values)
            if (Measures.Part(measure, duration) is { } bin) bins[int.Parse(bin, CultureInfo.InvariantCulture)] = count;
        var total = bins.Values.Sum();
        if (total == 0) return null;
        var average = TimeSpan.FromMicroseconds((double)values.GetValueOrDefault(duration) / total);
        return new Spread(average, Percentile(bins, total, 0.50), Percentile(bins, total, 0.95));
    }

    // The smallest bin at or below which that share of all lies.
    static TimeSpan Percentile(SortedDictionary<int, long> bins, long total, double share)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(total * share));
        foreach (var (bin, count) in bins)
            if ((rank -= count) <= 0) return Bin.Middle(bin);
        return Bin.Middle(bins.Keys.Last());
    }
}
