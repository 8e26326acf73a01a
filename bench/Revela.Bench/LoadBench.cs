using Revela.Bench.Load;

namespace Revela.Bench;

/// <summary>
/// Fifty photographs posted at once to a real server whose analyses each bear five seconds of simulated load: whether the server stays reachable,
/// as a process beside it sees, and how soon everything is done.
/// </summary>
static class LoadBench
{
    const int Uploads = 50;

    public static async Task Run(Report report)
    {
        await using var server = await BenchServer.Start(("REVELA_ANALYZE_LOAD_SECONDS", "5"));
        await server.WarmUp(Photograph.One());
        using var probe = await ClientProcess.Probe(server.Url);
        probe.Go();
        var wave = await (await server.Uploads(Photograph.One(), Uploads, Uploads, "analyze")).RunToEnd();
        await server.Drained();

        var answers = await probe.Answers();
        report.Add($"{Uploads} uploads at once, 5 s of load each: 202, p99", "ms", Report.Percentile(wave.Milliseconds, 0.99));
        report.Add("/health/live meanwhile, p99", "ms", Report.Percentile(answers, 0.99), atMost: 100);
        report.Add("/health/live meanwhile, slowest", "ms", answers.Max());
        report.Add("all completed after", "s", await server.LastFinished(Uploads) - wave.BeganAt);
    }
}
