using System.Diagnostics;
using System.Globalization;
using Revela.Bench.Load;
using Revela.Bench.Outside;
using Revela.Imaging.Native.TurboJpeg;

namespace Revela.Bench;

/// <summary>
/// What the way costs: images a second through HTTP, queue, files and children, divided by those of a bare loop that reads a file, makes
/// it grey without loss and writes a file, on the same cores.
/// </summary>
static class PipelineBench
{
    const int AtATime = 8;

    public static async Task Run(Report report)
    {
        await using var server = await BenchServer.Start();
        await Measure(report, server, Photograph.Twelve(), 120, atLeast: 0.85);
        await Measure(report, server, Photograph.One(), 800, atLeast: 0.85);
    }

    static async Task Measure(Report report, BenchServer target, Photograph photo, int count, double atLeast)
    {
        await target.WarmUp(photo);
        var (bare, through, efficiency, alone) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var (bareCost, server, children, client) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < report.Runs; run++)
        {
            // Side by side in time, so that both see the same machine.
            var loop = BareLoop(photo, count);
            bare.Add(loop.PerSecond);
            bareCost.Add(loop.Milliseconds);
            var flow = await Flow(target, photo, count);
            through.Add(flow.PerSecond);
            server.Add(flow.ServerMilliseconds);
            children.Add(flow.ChildMilliseconds);
            client.Add(flow.ClientMilliseconds);
            efficiency.Add(flow.PerSecond / bare[^1]);
            alone.Add(flow.WithoutClient / bare[^1]);
        }
        report.Add($"{photo.Name}: bare loop, file in, lossless grey, file out", "images/s", bare);
        report.Add($"{photo.Name}: through HTTP, queue and files", "images/s", through);
        report.Add($"{photo.Name}: efficiency, the client's work included", "of bare", efficiency, atLeast);
        report.Add($"{photo.Name}: efficiency, the client's processor time taken off", "of bare", alone);
        report.Add($"{photo.Name}: processor time, bare loop", "ms/image", bareCost);
        report.Add($"{photo.Name}: processor time, server", "ms/image", server);
        report.Add($"{photo.Name}: processor time, children", "ms/image", children);
        report.Add($"{photo.Name}: processor time, client", "ms/image", client);
    }

    /// <param name="WithoutClient">Images a second if the uploading process had cost nothing.</param>
    sealed record Through(double PerSecond, double WithoutClient, double ServerMilliseconds, double ChildMilliseconds, double ClientMilliseconds);

    static async Task<Through> Flow(BenchServer server, Photograph photo, int count)
    {
        var (ownBefore, allBefore) = server.ProcessorTime();
        var wave = await (await server.Uploads(photo, count, AtATime)).RunToEnd();
        await server.Drained();
        var took = await server.LastFinished(count) - wave.BeganAt;
        var (own, all) = server.ProcessorTime();
        var spared = took - wave.ProcessorSeconds / Environment.ProcessorCount;
        double PerImage(TimeSpan cost) => cost.TotalMilliseconds / count;
        return new Through(
            count / took, count / spared, PerImage(own - ownBefore), PerImage(all - allBefore - (own - ownBefore)), PerImage(TimeSpan.FromSeconds(wave.ProcessorSeconds)));
    }

    // A thread per core, each with files of its own.
    static (double PerSecond, double Milliseconds) BareLoop(Photograph photo, int count)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Artifacts, "bench", $"bare-{Environment.ProcessId}"));
        try
        {
            var sources = Enumerable.Range(0, Math.Min(count, 64)).Select(number => Path.Combine(folder.FullName, string.Create(CultureInfo.InvariantCulture, $"{number}.jpg"))).ToArray();
            for (var i = 0; i < sources.Length; i++) File.WriteAllBytes(sources[i], Photos.Copy(photo.Bytes, i));
            var next = -1;
            var (began, before) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
            {
                for (int number; (number = Interlocked.Increment(ref next)) < count;)
                    Develop(sources[number % sources.Length], Path.Combine(folder.FullName, string.Create(CultureInfo.InvariantCulture, $"{number}.grey.jpg")));
            })).ToArray();
            foreach (var thread in threads) thread.Start();
            foreach (var thread in threads) thread.Join();
            return (count / Stopwatch.GetElapsedTime(began).TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / count);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static void Develop(string source, string target)
    {
        using var jpeg = NativeBytes.Map(source);
        using var grey = TurboJpeg.Transform(jpeg, TjMove.None, gray: true, crop: null, progressive: false);
        using var file = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Write(grey.Span);
    }
}
