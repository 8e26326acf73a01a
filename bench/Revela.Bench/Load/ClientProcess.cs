using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Revela.Bench.Load;

/// <summary>This program started once more as a client, so that what the server is asked is asked from a process of its own.</summary>
sealed class ClientProcess : IDisposable
{
    readonly Process process;

    ClientProcess(string role, string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["client", role, .. args]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        process = Process.Start(start)!;
    }

    public static async Task<ClientProcess> Uploads(Uri url, string key, string photo, string pipeline, int first, int count, int atATime)
    {
        string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
        return await Ready(new ClientProcess("post", [url.ToString(), key, photo, pipeline, Text(first), Text(count), Text(atATime)]));
    }

    public static async Task<ClientProcess> Probe(Uri url) => await Ready(new ClientProcess("probe", [url.ToString()]));

    /// <summary>Lets a ready client begin.</summary>
    public void Go() => process.StandardInput.WriteLine("go");

    public async Task<Wave> Wave()
    {
        var wave = JsonSerializer.Deserialize<Wave>(await LastLine())!;
        if (wave.Refused.Count > 0) throw new InvalidOperationException($"{wave.Refused.Count} uploads were refused, the first with: {wave.Refused[0]}");
        return wave;
    }

    /// <summary>Lets a ready client post and waits for its last answer.</summary>
    public async Task<Wave> RunToEnd()
    {
        using (this)
        {
            Go();
            return await Wave();
        }
    }

    /// <summary>Ends the probe.</summary>
    /// <returns>Milliseconds of each answer.</returns>
    public async Task<double[]> Answers()
    {
        process.StandardInput.WriteLine("end");
        return JsonSerializer.Deserialize<double[]>(await LastLine())!;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }

    static async Task<ClientProcess> Ready(ClientProcess client)
    {
        if (await client.process.StandardOutput.ReadLineAsync() == "ready") return client;
        client.Dispose();
        throw new InvalidOperationException("A client process could not reach the server.");
    }

    async Task<string> LastLine() => await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("A client process ended without its figures.");
}
