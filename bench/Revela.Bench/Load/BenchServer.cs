using System.Globalization;
using System.Text.Json.Nodes;
using Revela.Bench.Outside;

namespace Revela.Bench.Load;

/// <summary>A real server in a process of its own, on an empty data folder that goes with it.</summary>
sealed class BenchServer : IAsyncDisposable
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    readonly string data;
    readonly RevelaProcess process;
    int copies;

    BenchServer(string data, Uri url, RevelaProcess process)
    {
        (this.data, Url, this.process) = (data, url, process);
        Key = File.ReadAllText(Path.Combine(data, "admin.key")).Trim();
        Door = new Door(url, Key);
    }

    public Uri Url { get; }
    public string Key { get; }
    public Door Door { get; }

    public static async Task<BenchServer> Start(params (string Name, string Value)[] settings)
    {
        var data = Path.Combine(Repository.Artifacts, "bench", $"data-{Environment.ProcessId}");
        if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
        var url = RevelaProcess.FreeAddress();
        var process = RevelaProcess.Serve(data, [url], settings.ToDictionary(setting => setting.Name, setting => setting.Value));
        try
        {
            if (await process.IsReady(url, TimeSpan.FromSeconds(30))) return new BenchServer(data, url, process);
            throw new InvalidOperationException($"The server ended at its start:\n{process.Log}");
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the children, and posts until code is compiled for good: the first hundred photographs take a third longer for it.</summary>
    public async Task WarmUp(Photograph photo)
    {
        await (await Uploads(photo, photo.WarmUp, 8)).RunToEnd();
        await Drained();
    }

    /// <summary>A client process that waits for its go.</summary>
    public Task<ClientProcess> Uploads(Photograph photo, int count, int atATime, string pipeline = "grayscale")
    {
        // Each client also posts four small pictures under its first numbers.
        var first = copies;
        copies += Math.Max(count, 4);
        return ClientProcess.Uploads(Url, Key, photo.Path, pipeline, first, count, atATime);
    }

    /// <summary>Waits until nothing is left to do. Every job must have completed.</summary>
    public async Task Drained()
    {
        while (true)
        {
            var total = (await Door.Get("/api/v1/stats"))["total"]!;
            long Count(string name) => total[name]!.GetValue<long>();
            if (Count("failed") + Count("cancelled") > 0) throw new InvalidOperationException($"Jobs failed: {total.ToJsonString()}\n{process.Log}");
            if (Count("pending") + Count("processing") == 0) return;
            await Task.Delay(Look, TimeProvider.System);
        }
    }

    /// <summary>Unix time in seconds at which the last of the newest jobs was finished.</summary>
    public async Task<double> LastFinished(int count)
    {
        var last = DateTimeOffset.MinValue;
        string? cursor = null;
        for (var left = count; left > 0;)
        {
            var page = await Door.Get($"/api/v1/jobs?limit={Math.Min(left, 500)}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            var jobs = page["jobs"]!.AsArray();
            foreach (var job in jobs) last = Max(last, Time(job!, "finished_at"));
            (cursor, left) = (page["next"]?.GetValue<string>(), left - jobs.Count);
            if (cursor is null) break;
        }
        return (last - DateTimeOffset.UnixEpoch).TotalSeconds;
    }

    public static DateTimeOffset Time(JsonNode job, string name) => DateTimeOffset.Parse(job[name]!.GetValue<string>(), CultureInfo.InvariantCulture);

    public IReadOnlyList<int> Processes => ProcessTree.Of(process.Id);

    /// <summary>Processor time so far of the server alone, and of it with its children.</summary>
    public (TimeSpan Own, TimeSpan All) ProcessorTime() => (ProcessTree.ProcessorTime([process.Id], withEnded: false), ProcessTree.ProcessorTime(Processes));

    public async ValueTask DisposeAsync()
    {
        Door.Dispose();
        await process.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }

    static DateTimeOffset Max(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}

/// <summary>A photograph to post, in a file for the client processes.</summary>
/// <param name="WarmUp">Copies to post before measuring.</param>
sealed record Photograph(string Name, string Path, byte[] Bytes, int WarmUp)
{
    public static Photograph Twelve() => Of("12 MP", "12mp.jpg", Photos.TwelveMegapixels, 150);

    public static Photograph One() => Of("1 MP", "1mp.jpg", Photos.OneMegapixel, 1000);

    static Photograph Of(string name, string file, byte[] bytes, int warmUp) => new(name, System.IO.Path.Combine(Photos.Folder, file), bytes, warmUp);
}
