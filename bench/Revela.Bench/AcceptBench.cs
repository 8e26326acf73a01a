using Revela.Bench.Load;

namespace Revela.Bench;

/// <summary>
/// Many photographs posted at once to a real server with isolation on: how long the answers take while both cores work,
/// whether the server stays reachable, how much memory it all takes and how soon everything is developed.
/// </summary>
static class AcceptBench
{
    public static async Task Run(Report report)
    {
        await using var server = await BenchServer.Start();
        await Measure(report, server, new Burst(Photograph.Twelve(), 50, AcceptedWithin: 600, PerSecond: 23.5));
        await Measure(report, server, new Burst(Photograph.One(), 500, AcceptedWithin: 800, PerSecond: 183));
    }

    /// <param name="AcceptedWithin">Milliseconds in which every answer must be there.</param>
    /// <param name="PerSecond">Images a second from the first byte sent to the last result.</param>
    sealed record Burst(Photograph Photo, int Count, double AcceptedWithin, double PerSecond)
    {
        public string Name => $"{Count} × {Photo.Name}";
    }

    static async Task Measure(Report report, BenchServer server, Burst burst)
    {
        await server.WarmUp(burst.Photo);
        var (median, slowest, rate, perJob) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < report.Runs; run++)
        {
            var before = server.ProcessorTime().All;
            var wave = await (await server.Uploads(burst.Photo, burst.Count, burst.Count)).RunToEnd();
            await server.Drained();
            median.Add(Report.Percentile(wave.Milliseconds, 0.5));
            slowest.Add(Report.Percentile(wave.Milliseconds, 0.99));
            rate.Add(burst.Count / (await server.LastFinished(burst.Count) - wave.BeganAt));
            perJob.Add((server.ProcessorTime().All - before).TotalMilliseconds / burst.Count);
        }

        // What watches costs a twentieth of the processor: only from here on.
        await using var memory = new MemoryWatch(() => server.Processes);
        using var probe = await ClientProcess.Probe(server.Url);
        probe.Go();
        var second = await SecondWaves(report, server, burst);

        report.Add($"{burst.Name} at once: 202, p50", "ms", median);
        report.Add($"{burst.Name} at once: 202, p99", "ms", slowest, atMost: burst.AcceptedWithin);
        report.Add($"{burst.Name} more while those are developed: 202, p99", "ms", second, atMost: burst.AcceptedWithin);
        report.Add($"{burst.Name}: /health/live meanwhile, p99", "ms", Report.Percentile(await probe.Answers(), 0.99), atMost: 100);
        report.Add($"{burst.Name}: end to end, grey JPEG", "images/s", rate, atLeast: burst.PerSecond);
        report.Add($"{burst.Name}: processor time of server and children", "ms/image", perJob);
        report.Add($"{burst.Name}: peak memory of server and children, RSS", "MiB", memory.PeakResident, atMost: 1024);
        report.Add($"{burst.Name}: the same, shared pages once (PSS)", "MiB", memory.PeakProportional, atMost: 1024);
    }

    // The second wave begins when the first is answered, so that its uploads meet children that decode.
    static async Task<List<double>> SecondWaves(Report report, BenchServer server, Burst burst)
    {
        var slowest = new List<double>();
        for (var run = 0; run < report.Runs; run++)
        {
            using var first = await server.Uploads(burst.Photo, burst.Count, burst.Count);
            using var then = await server.Uploads(burst.Photo, burst.Count, burst.Count);
            first.Go();
            await first.Wave();
            then.Go();
            slowest.Add(Report.Percentile((await then.Wave()).Milliseconds, 0.99));
            await server.Drained();
        }
        return slowest;
    }
}
