using System.Diagnostics;
using Revela.Bench.Load;
using Revela.Bench.Outside;

namespace Revela.Bench.Peers;

/// <summary>
/// FastAPI, Celery, Redis and OpenCV as they are usually put together, under the bursts of <see cref="AcceptBench"/> from the same client:
/// how long the answers take, how soon every picture is grey, and how much memory it all takes.
/// </summary>
sealed class PeerStack : IAsyncDisposable
{
    const string Script = "stack/service.py", Name = "FastAPI, Celery, Redis, OpenCV";
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly string folder;
    readonly Process process;
    readonly Uri url;
    int posted;

    PeerStack(string folder, Process process, Uri url) => (this.folder, this.process, this.url) = (folder, process, url);

    public static async Task Run(Report report)
    {
        await using var stack = await Start(report);
        if (stack is null) return;
        await stack.Measure(report, Photograph.Twelve(), 50);
        await stack.Measure(report, Photograph.One(), 500);
    }

    // On the disk where the server of `accept` has its data.
    static async Task<PeerStack?> Start(Report report)
    {
        var folder = Path.Combine(Repository.Artifacts, "bench", $"peer-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        if (PeerScript.Start(report, Script, [folder]) is not { } process) return null;
        var ready = await process.StandardOutput.ReadLineAsync();
        if (ready is not null) return new PeerStack(folder, process, new Uri(ready.Split(' ')[1]));
        report.LeaveOut(Script, await process.StandardError.ReadToEndAsync());
        process.Dispose();
        Directory.Delete(folder, recursive: true);
        return null;
    }

    async Task Measure(Report report, Photograph photo, int count)
    {
        // Nothing is compiled here while it runs: a tenth warms it as well.
        await (await Uploads(photo, photo.WarmUp / 10, 8)).RunToEnd();
        await Drained();
        var (median, slowest, rate) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < report.Runs; run++)
        {
            var wave = await (await Uploads(photo, count, count)).RunToEnd();
            var finishedAt = await Drained();
            median.Add(Report.Percentile(wave.Milliseconds, 0.5));
            slowest.Add(Report.Percentile(wave.Milliseconds, 0.99));
            rate.Add(count / (finishedAt - wave.BeganAt));
        }

        // Watching costs processor time: a wave of its own.
        await using var memory = new MemoryWatch(() => Processes);
        await (await Uploads(photo, count, count)).RunToEnd();
        await Drained();
        report.Add($"{count} × {photo.Name} at once: 202, p50: {Name}", "ms", median);
        report.Add($"{count} × {photo.Name} at once: 202, p99: {Name}", "ms", slowest);
        report.Add($"{count} × {photo.Name}: end to end, grey JPEG: {Name}", "images/s", rate);
        report.Add($"{count} × {photo.Name}: peak memory, shared pages once (PSS): {Name}", "MiB", memory.PeakProportional);
    }

    // All but the script that keeps them.
    IReadOnlyList<int> Processes => [.. ProcessTree.Of(process.Id).Where(id => id != process.Id)];

    Task<ClientProcess> Uploads(Photograph photo, int count, int atATime)
    {
        // Each client also posts four small pictures before it is ready.
        posted += count + 4;
        return ClientProcess.Uploads(url, "none", photo.Path, "grayscale", 0, count, atATime);
    }

    /// <summary>Waits until there is a result of everything posted, and clears all of it away.</summary>
    /// <returns>Unix time in seconds at which the last was written.</returns>
    async Task<double> Drained()
    {
        var results = new DirectoryInfo(Path.Combine(folder, "out"));
        for (var began = Stopwatch.GetTimestamp(); results.GetFiles().Length < posted; await Task.Delay(Look, TimeProvider.System))
            if (Stopwatch.GetElapsedTime(began) > Patience) throw new TimeoutException($"The stack did not finish:\n{await File.ReadAllTextAsync(Path.Combine(folder, "log"))}");
        var last = results.GetFiles().Max(file => file.LastWriteTimeUtc);
        foreach (var file in results.GetFiles().Concat(new DirectoryInfo(Path.Combine(folder, "in")).GetFiles())) file.Delete();
        posted = 0;
        return (last - DateTime.UnixEpoch).TotalSeconds;
    }

    /// <summary>The end of its input ends the script, and with it all that it started.</summary>
    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
