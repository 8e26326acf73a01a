using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core.Statistics;

namespace Revela.App.Api.Statistics;

/// <summary>GET /api/v1/statistics: what ended, how fast and why not.</summary>
public static class GetStatistics
{
    static readonly Dictionary<string, Dimension> Dimensions = Enum.GetValues<Dimension>().ToDictionary(by => JsonNamingPolicy.KebabCaseLower.ConvertName(by.ToString()));

    [EndpointSummary("Read what ended, how fast, why it failed and what it cost")]
    [EndpointDescription(
        "`by` is queue, pipeline, operation or engine; `window` is 1h, 24h, 7d or 30d; `name` chooses one line; `series=true` adds a point for each bucket of time. Of your tenant alone.")]
    [Refuses(400)]
    public static async Task<Ok<StatisticsView>> Handle(
        string? by, string? window, string? name, bool? series, HttpContext http, StatisticsReader reader, CancellationToken cancel)
    {
        if (!Dimensions.TryGetValue(by ?? "queue", out var dimension)) throw Refusals.Invalid($"'by' must be one of {string.Join(", ", Dimensions.Keys)}.");
        var over = Window.Find(window ?? "24h") ?? throw Refusals.Invalid($"'window' must be one of {string.Join(", ", Window.All.Select(one => one.Name))}.");
        return TypedResults.Ok(StatisticsView.Of(await reader.Read(http.Tenant(), dimension, over, name, series ?? false, cancel)));
    }
}
