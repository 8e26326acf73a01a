using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Revela.Services;

namespace Revela.Bench.Outside;

/// <summary>The real binary as a process of its own. Disposing kills it.</summary>
public sealed class RevelaProcess : IAsyncDisposable
{
    readonly Process process;
    readonly ConcurrentQueue<string> lines = new();
    readonly TaskCompletionSource exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource outputRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource errorRead = new(TaskCreationOptions.RunContinuationsAsynchronously);

    RevelaProcess(ProcessStartInfo start)
    {
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Keep(line.Data, outputRead);
        process.ErrorDataReceived += (_, line) => Keep(line.Data, errorRead);
        process.Exited += (_, _) => exited.TrySetResult();
        process.Start();
        Id = process.Id;
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Built with the caller, so that it is never older than the sources.</summary>
    public static string Binary { get; } = Path.Combine(AppContext.BaseDirectory, "revela");

    public int Id { get; }

    /// <summary>Completes when the process is gone, whatever its children still hold open.</summary>
    public Task Exited => exited.Task;

    /// <summary>Completes when the process is gone and the <see cref="Log"/> has all that it and its children printed.</summary>
    public Task Ended => Task.WhenAll(exited.Task, outputRead.Task, errorRead.Task);

    public bool HasExited => exited.Task.IsCompleted;

    /// <summary>Of an ended process; 137 after kill −9.</summary>
    public int ExitCode => process.ExitCode;

    /// <summary>The last of what it printed, both streams.</summary>
    public string Log => string.Join('\n', lines.TakeLast(60));

    /// <summary>Lines with this text in all that it printed.</summary>
    public int Said(string text) => lines.Count(line => line.Contains(text, StringComparison.Ordinal));

    public static RevelaProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        StartProgram(Binary, arguments, environment);

    public static RevelaProcess StartProgram(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("REVELA_", StringComparison.Ordinal)).ToArray()) start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return new RevelaProcess(start);
    }

    /// <summary>An address on the loopback that nobody listens on.</summary>
    public static Uri FreeAddress(string scheme = "http") => new UriBuilder(scheme, "127.0.0.1", ServiceScript.FreePort()).Uri;

    /// <summary>Starts a server; it may not answer yet.</summary>
    public static RevelaProcess Serve(string data, IEnumerable<Uri> urls, IReadOnlyDictionary<string, string>? environment = null) =>
        Start(["serve", "--data", data, "--urls", string.Join(';', urls.Select(url => url.GetLeftPart(UriPartial.Authority)))], environment);

    /// <summary>True once the server answers that it is ready; false when the process ended first.</summary>
    /// <exception cref="TimeoutException">With its log.</exception>
    public async Task<bool> IsReady(Uri url, TimeSpan atMost)
    {
        using var http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(5) };
        var began = Stopwatch.GetTimestamp();
        while (!HasExited)
        {
            try
            {
                using var answer = await http.GetAsync("/health/ready");
                if (answer.IsSuccessStatusCode) return true;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException or TaskCanceledException)
            {
            }
            if (Stopwatch.GetElapsedTime(began) > atMost) throw new TimeoutException($"The server at {url} was not ready after {atMost.TotalSeconds:0} s:\n{Log}");
            await Task.WhenAny(Exited, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System));
        }
        return false;
    }

    /// <summary>SIGKILL, for this process alone.</summary>
    public void Kill()
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It was faster.
        }
    }

    /// <summary>SIGSTOP: it does nothing more, and nobody is told, until <see cref="Continue"/>. Its children go on.</summary>
    public Task Freeze() => Signal("STOP");

    public Task Continue() => Signal("CONT");

    /// <summary>SIGTERM; completes when the process has ended by itself.</summary>
    public async Task Stop(TimeSpan atMost)
    {
        await Signal("TERM");
        try
        {
            await Exited.WaitAsync(atMost, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The process did not stop within {atMost.TotalSeconds:0} s of SIGTERM:\n{Log}");
        }
    }

    async Task Signal(string name)
    {
        using var kill = Process.Start("/bin/kill", [$"-{name}", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!HasExited) Kill();
        await Exited;
        process.Dispose();
    }

    // The last of a stream is null.
    void Keep(string? line, TaskCompletionSource read)
    {
        if (line is null) read.TrySetResult();
        else lines.Enqueue(line);
    }
}
