using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Revela.Services;

/// <summary>A script beside this file that keeps a real server: it is told a verb on its input, says "ready …" on its output, and ends with its input.</summary>
public sealed class ServiceScript : IAsyncDisposable
{
    static readonly ConcurrentDictionary<int, bool> given = [];

    readonly Process process;
    readonly ConcurrentQueue<string> said = [];
    readonly SemaphoreSlim turn = new(1, 1);

    ServiceScript(Process process)
    {
        this.process = process;
        process.ErrorDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
    }

    public static ServiceScript Start(string name, params string[] arguments) => new(Process.Start(new ProcessStartInfo(Path.Combine(Folder(), name), arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!);

    /// <summary>The words behind the first of the next line.</summary>
    /// <exception cref="InvalidOperationException">The script ended instead; with what it said.</exception>
    public async Task<string[]> Ready()
    {
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"{process.StartInfo.FileName} could not start its server: {string.Join('\n', said)}");
        return line.Split(' ')[1..];
    }

    /// <summary>Tells a verb that is answered with a line; the words behind its first.</summary>
    public async Task<string[]> Ask(string verb)
    {
        await turn.WaitAsync();
        try
        {
            await Tell(verb);
            return await Ready();
        }
        finally
        {
            turn.Release();
        }
    }

    async Task Tell(string verb)
    {
        await process.StandardInput.WriteLineAsync(verb);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>A port that nobody listens on and that was given to nobody else, below those that the kernel hands to clients: nobody takes it while its server is down.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                if (given.TryAdd(port, true)) return port;
            }
            catch (SocketException)
            {
                // Somebody's.
            }
        }
    }

    public static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").Any(folder => File.Exists(Path.Combine(folder, program)));

    static string Folder()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "revela.slnx"))) return Path.Combine(folder, "tests/services");
        throw new InvalidOperationException("This must run inside the checkout that it was built from.");
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
        turn.Dispose();
    }
}
