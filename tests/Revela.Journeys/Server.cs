using System.Globalization;
using System.Text.Json.Nodes;
using Shouldly;

namespace Revela.Journeys;

/// <summary>A data folder and the real processes that come and go on it.</summary>
sealed class Server : IAsyncDisposable
{
    /// <summary>For anything that must happen, on a machine that has other things to do.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);
    static int count;

    readonly List<RevelaProcess> processes = [];
    TaskCompletionSource<Door> up = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Server(string? pipelines = null)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{System.Environment.ProcessId}-{Interlocked.Increment(ref count)}");
        Data = Path.Combine(Repository.Artifacts, "journeys", name);
        if (Directory.Exists(Data)) Directory.Delete(Data, recursive: true);
        Directory.CreateDirectory(Data);
        if (pipelines is not null) File.WriteAllText(Path.Combine(Data, "pipelines.yaml"), pipelines);
    }

    public string Data { get; }

    public Uri Url { get; } = RevelaProcess.FreeAddress();

    /// <summary>Where it listens besides, such as by https.</summary>
    public List<Uri> AlsoAt { get; } = [];

    /// <summary>For every process of this data folder. What others must notice of a death is noticed within a second, since so many journeys wait for it.</summary>
    public Dictionary<string, string> Environment { get; } = new() { ["REVELA_WORKER_RESCUE_EVERY"] = "1s" };

    /// <summary>The newest server process.</summary>
    public RevelaProcess? Process { get; private set; }

    /// <summary>Completes while the server answers; waits for its next start while it does not.</summary>
    public Task<Door> Up => up.Task;

    /// <summary>What all processes printed, newest last.</summary>
    public string Log => string.Join("\n--------\n", processes.TakeLast(4).Select(process => process.Log));

    public Door Door => up.Task is { IsCompletedSuccessfully: true } ready ? ready.Result : throw new InvalidOperationException("The server is not up.");

    public static async Task<Server> Started(string? pipelines = null, params (string Name, string Value)[] environment)
    {
        var server = new Server(pipelines);
        foreach (var (name, value) in environment) server.Environment[name] = value;
        await server.Start();
        return server;
    }

    public async Task Start() => (await TryStart()).ShouldBeTrue($"the server ended at its start:\n{Log}");

    /// <summary>False when the process died before it was ready.</summary>
    public async Task<bool> TryStart(params (string Name, string Value)[] more)
    {
        var process = Process = Keep(RevelaProcess.Serve(Data, [Url, .. AlsoAt], With(more)));
        _ = process.Exited.ContinueWith(_ => Down(process), TaskScheduler.Default);
        if (!await process.IsReady(Url, Patience)) return false;
        var door = Door.Of(Url, Data);
        lock (processes) up.TrySetResult(door);
        if (process.HasExited) Down(process);
        return true;
    }

    /// <summary>A second process that works on the same data folder.</summary>
    public RevelaProcess StartWorker(params (string Name, string Value)[] more) => StartWorkerOn(Data, more);

    /// <summary>A worker with a data folder of its own, as on another machine.</summary>
    public RevelaProcess StartWorkerOn(string data, params (string Name, string Value)[] more) => Keep(RevelaProcess.Start(["work", "--data", data], With(more)));

    /// <summary>A worker that knows an address of the server and a key, and nothing of its data.</summary>
    public async Task<RevelaProcess> StartFar(Uri url, string key, Dictionary<string, string>? trust = null, params string[] more)
    {
        var file = Path.Combine(Data, "far.key");
        await File.WriteAllTextAsync(file, key);
        return Keep(RevelaProcess.Start(["work", "--server", url.GetLeftPart(UriPartial.Authority), "--key-file", file, "--data", Path.Combine(Data, "nothing"), .. more], trust));
    }

    /// <summary>A key with one scope, made beside the server.</summary>
    public async Task<string> NewKey(string scope)
    {
        await using var keys = RevelaProcess.Start(["keys", "add", "journey", "--scope", scope, "--data", Data], With([]));
        await keys.Ended.WaitAsync(Patience, TimeProvider.System);
        return keys.Log.Split('\n').Single(line => line.StartsWith("rvl_", StringComparison.Ordinal));
    }

    /// <summary>kill −9.</summary>
    public async Task Kill()
    {
        Process!.Kill();
        await Process.Exited;
        Down(Process);
    }

    /// <summary>SIGTERM, and an orderly end.</summary>
    public async Task Stop()
    {
        await Process!.Stop(Patience);
        Down(Process);
    }

    /// <summary>Looks again and again until the answer will do.</summary>
    public async Task<T> Until<T>(Func<Door, Task<T>> look, Func<T, bool> isGood, string what, TimeSpan? atMost = null)
    {
        var end = TimeProvider.System.GetUtcNow() + (atMost ?? Patience);
        while (true)
        {
            var seen = await look(Door);
            if (isGood(seen)) return seen;
            (TimeProvider.System.GetUtcNow() < end).ShouldBeTrue($"{what} did not happen; last seen: {seen}\n{Log}");
            await Task.Delay(Look, TimeProvider.System);
        }
    }

    public Task<JsonNode> JobBecomes(string id, string state, TimeSpan? atMost = null) =>
        Until(door => door.Get($"/api/v1/jobs/{id}"), job => job.Text("state") == state, $"that job {id} became {state}", atMost);

    /// <summary>Waits until nothing is left to do.</summary>
    public Task<JsonNode> Drained(TimeSpan? atMost = null) =>
        Until(door => door.Get("/api/v1/stats"), stats => stats["total"]!.Number("pending") + stats["total"]!.Number("processing") == 0, "the end of all jobs", atMost);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes) await process.DisposeAsync();
        Down(Process);
        // A child that still dies may still write.
        await Orphans.AreGone();
        Directory.Delete(Data, recursive: true);
    }

    // Only the newest process speaks for the server: an older one may be noticed to be gone after its successor is up.
    void Down(RevelaProcess? process)
    {
        lock (processes)
        {
            if (process != Process || !up.Task.IsCompleted) return;
            up = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Ends the process with the server, and shows its log with the others.</summary>
    public RevelaProcess Keep(RevelaProcess process)
    {
        processes.Add(process);
        return process;
    }

    Dictionary<string, string> With((string Name, string Value)[] more)
    {
        var all = new Dictionary<string, string>(Environment);
        foreach (var (name, value) in more) all[name] = value;
        return all;
    }
}

/// <summary>Short words for reading answers.</summary>
static class Json
{
    public static string? Text(this JsonNode node, string name) => node[name]?.GetValue<string>();

    public static long Number(this JsonNode node, string name) => node[name]!.GetValue<long>();

    public static string Id(this JsonNode node) => node.Text("id")!;
}
