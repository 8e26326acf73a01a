using Revela.Bench.Load;

namespace Revela.Bench;

/// <summary>How long a job waits on an idle server: from its enqueueing to its start, as its events tell.</summary>
static class PickupBench
{
    const int Jobs = 300;

    public static async Task Run(Report report)
    {
        await using var server = await BenchServer.Start();
        var fields = new Dictionary<string, string> { ["pipeline"] = "grayscale" };
        var photo = Photos.Small(320, 240, 7);
        var (waits, answers) = (new List<double>(), new List<double>());
        for (var i = 0; i < Jobs + 20; i++)
        {
            var job = await server.Door.Submit(Photos.Copy(photo, i), fields, waitSeconds: 10);
            if (i < 20) continue;
            waits.Add((BenchServer.Time(job, "started_at") - BenchServer.Time(job, "created_at")).TotalMilliseconds);
            answers.Add((BenchServer.Time(job, "finished_at") - BenchServer.Time(job, "created_at")).TotalMilliseconds);
        }
        report.Add("one job at a time: enqueued to started, p50", "ms", Report.Percentile(waits, 0.5), atMost: 5);
        report.Add("one job at a time: enqueued to started, p99", "ms", Report.Percentile(waits, 0.99), atMost: 20);
        report.Add("one job at a time: enqueued to finished, p50", "ms", Report.Percentile(answers, 0.5));
    }
}
