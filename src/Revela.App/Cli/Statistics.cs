using System.CommandLine;
using System.Globalization;
using Revela.App.Api.Views;

namespace Revela.App.Cli;

/// <summary><c>revela statistics</c>: what ended, how fast, why it failed and what it cost.</summary>
sealed class Statistics(Terminal terminal)
{
    readonly ServerOptions server = new();
    readonly Option<bool> json = CommonOptions.Json("Print as the API does");
    readonly Option<string> by = new("--by") { Description = "queue, pipeline, operation or engine", DefaultValueFactory = _ => "queue" };
    readonly Option<string> window = new("--window") { Description = "1h, 24h, 7d or 30d", DefaultValueFactory = _ => "24h" };

    public Command Verb()
    {
        var verb = new Command("statistics", "What ended, how fast, why it failed and what it cost") { by, window, json };
        server.AddTo(verb);
        verb.SetAction(Run);
        return verb;
    }

    async Task<int> Run(ParseResult parsed, CancellationToken cancel)
    {
        using var api = server.Connect(parsed);
        var (dimension, over) = (Uri.EscapeDataString(parsed.GetRequiredValue(by)), Uri.EscapeDataString(parsed.GetRequiredValue(window)));
        var view = await api.Get<StatisticsView>($"api/v1/statistics?by={dimension}&window={over}", cancel);
        if (parsed.GetValue(json)) terminal.PrintJson(view);
        else terminal.PrintTable(["NAME", "COMPLETED", "FAILED", "CANCELLED", "PER HOUR", "TIME P50", "P95", "WAIT P50", "P95", "COST", "MOST FAILED AS"], view.Lines.Select(Row));
        return ExitCode.Ok;
    }

    static string[] Row(StatisticsLineView line)
    {
        var total = line.Total;
        return
        [
            line.Name, Number(total.Completed), Number(total.Failed), Number(total.Cancelled), total.PerHour.ToString("0.#", CultureInfo.InvariantCulture),
            Seconds(total.Time?.P50), Seconds(total.Time?.P95), Seconds(total.Wait?.P50), Seconds(total.Wait?.P95),
            total.CostUsd.ToString("0.00 $", CultureInfo.InvariantCulture), total.Failures.Count == 0 ? "" : $"{total.Failures[0].Code} ({Number(total.Failures[0].Count)})",
        ];
    }

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    static string Seconds(double? seconds) => seconds is { } time ? time.ToString("0.### s", CultureInfo.InvariantCulture) : "";
}
