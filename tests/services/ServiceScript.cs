using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Revela.Services;

/// <summary>A script beside this file that keeps a real server: it is told a verb on its input, says "ready …" on its output, and ends with its input.</summary>
public sealed class ServiceScript : IAsyncDisposable
{
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

    /// <summary>The words behind the next "ready".</summary>
    /// <exception cref="InvalidOperationException">The script ended instead; with what it said.</exception>
    public async Task<string[]> Ready()
    {
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"{process.StartInfo.FileName} could not start its server: {string.Join('\n', said)}");
        return line.Split(' ')[1..];
    }

    /// <summary>Tells a verb that is answered with "ready"; the words behind it.</summary>
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

    public async Task Tell(string verb)
    {
        await process.StandardInput.WriteLineAsync(verb);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>A port that nobody listens on, below those that the kernel hands to clients: nobody takes it while its server is down.</summary>
    public static int FreePort()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(20_000, 32_000));
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
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
