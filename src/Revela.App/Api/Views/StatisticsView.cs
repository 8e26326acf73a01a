using System.Text.Json.Serialization;
using Revela.Core.Statistics;

namespace Revela.App.Api.Views;

/// <summary>What ended in a window of time, and how fast.</summary>
/// <param name="From">Beginning of the first bucket.</param>
/// <param name="BucketSeconds">How long the buckets of a series are.</param>
public sealed record StatisticsView(Dimension By, string Window, DateTimeOffset From, DateTimeOffset To, int BucketSeconds, IReadOnlyList<StatisticsLineView> Lines)
{
    public static StatisticsView Of(StatisticsReport report) =>
        new(report.By, report.Window.Name, report.From, report.To, report.Window.Rollup.Seconds, [.. report.Lines.Select(StatisticsLineView.Of)]);
}

/// <summary>One queue, pipeline, operation or engine.</summary>
/// <param name="Series">Only where asked for; buckets in which nothing ended are left out.</param>
public sealed record StatisticsLineView(string Name, FiguresView Total, IReadOnlyList<PointView>? Series)
{
    public static StatisticsLineView Of(StatisticsLine line) =>
        new(line.Name, FiguresView.Of(line.Total), line.Series?.Select(point => new PointView(point.At, FiguresView.Of(point.Figures))).ToArray());
}

/// <param name="At">Beginning of the bucket.</param>
public sealed record PointView(DateTimeOffset At, FiguresView Figures);

/// <param name="PerHour">Completed, on average.</param>
/// <param name="Time">How long it ran; null when nothing did.</param>
/// <param name="Wait">How long it waited for a worker; null for operations and engines, and when nothing ran.</param>
public sealed record FiguresView(
    long Completed, long Failed, long Cancelled, double PerHour,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] SpreadView? Time,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] SpreadView? Wait,
    decimal CostUsd, IReadOnlyList<Failure> Failures)
{
    public static FiguresView Of(Figures figures) => new(
        figures.Completed, figures.Failed, figures.Cancelled, Math.Round(figures.PerHour, 3), SpreadView.Of(figures.Time), SpreadView.Of(figures.Wait), figures.CostUsd, figures.Failures);
}

/// <summary>In seconds; the percentiles are at most 9 % off.</summary>
public sealed record SpreadView(double Average, double P50, double P95)
{
    public static SpreadView? Of(Spread? spread) => spread is null ? null : new(Seconds(spread.Average), Seconds(spread.P50), Seconds(spread.P95));

    static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 4);
}
