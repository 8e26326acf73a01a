using System.Text.Json;
using Revela.App.Accounts;
using Revela.App.Pipelines;
using Revela.Core.Pipelines;
using Revela.Core.Statistics;
using Revela.Providers.Prices;

namespace Revela.App.Dashboard.Pipelines;

/// <summary>GET /pipelines: every pipeline with its steps, what it costs and how it went lately.</summary>
public static class ShowPipelines
{
    public static async Task<IResult> Handle(HttpContext http, PipelineBook book, Estimator estimator, StatisticsReader statistics, CancellationToken cancel)
    {
        var own = book.Read().Names;
        var report = await statistics.Read(http.Tenant(), Dimension.Pipeline, Window.Find("7d")!, name: null, series: false, cancel);
        var lines = book.Catalog.All.Select(pipeline => new PipelineLine(
            pipeline, OriginOf(pipeline.Name, book, own), book.Find(pipeline.Name) ?? "",
            estimator.Of(pipeline).Sum(step => step.Usd), report.Lines.FirstOrDefault(line => line.Name == pipeline.Name)?.Total));
        return Page.Of<PipelinesScreen, PipelinesContents>(new PipelinesContents([.. lines], book.Trouble));
    }

    public static Origin OriginOf(string name, PipelineBook book, IReadOnlyCollection<string> own) =>
        !own.Contains(name) ? Origin.BuiltIn : book.BuiltIn.ContainsKey(name) ? Origin.Changed : Origin.Own;
}

/// <summary>Where a pipeline comes from.</summary>
public enum Origin
{
    BuiltIn,

    /// <summary>A built-in one that the file replaces.</summary>
    Changed,
    Own,
}

/// <summary>Origins as words and styles spell them.</summary>
static class PipelineWords
{
    public static string Of(Origin origin) => JsonNamingPolicy.KebabCaseLower.ConvertName(origin.ToString());
}

/// <param name="Trouble">What is wrong with the file as it is now; null when it holds.</param>
public sealed record PipelinesContents(IReadOnlyList<PipelineLine> Pipelines, string? Trouble);

/// <param name="Usd">What services take of one picture.</param>
/// <param name="Lately">How it went in a week; null when nothing did.</param>
public sealed record PipelineLine(Pipeline Pipeline, Origin Origin, string Yaml, decimal Usd, Core.Statistics.Figures? Lately);
