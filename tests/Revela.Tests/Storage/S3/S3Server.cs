using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Revela.Storage.Objects.S3;
using Revela.Tests.House;
using Xunit;

namespace Revela.Tests.Storage.S3;

/// <summary>One real S3 server for all tests that need it: Ceph's gateway, started by <c>tests/services/s3.sh</c> on free ports and gone with this process.</summary>
public sealed class S3Server : IAsyncLifetime
{
    public const string AccessKey = "revela";
    public const string SecretKey = "revela-secret";

    const int Attempts = 3;

    static readonly string[] Programs = ["radosgw", "ceph-mon", "ceph-osd", "ceph", "setpriv"];

    readonly string folder = Path.Combine(Path.GetTempPath(), $"revela-s3-{Guid.NewGuid():N}");
    readonly string scratch = Directory.CreateTempSubdirectory("revela-s3-scratch-").FullName;
    readonly SemaphoreSlim turn = new(1, 1);
    readonly ConcurrentQueue<string> said = [];
    Process? script;
    int port;

    /// <summary>A program that is not installed, for which the tests are skipped.</summary>
    public string? Missing { get; } = Programs.FirstOrDefault(program => !IsInstalled(program));

    public async Task InitializeAsync()
    {
        if (Missing is not null) return;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await Start();
                return;
            }
            catch (InvalidOperationException) when (attempt < Attempts)
            {
                // A port that was free a moment ago may be another test's by now.
                await Stop();
            }
        }
    }

    async Task Start()
    {
        said.Clear();
        port = FreePort();
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "tests/services/s3.sh"), [folder, Text(port), Text(FreePort())])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        script = Process.Start(start)!;
        script.ErrorDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        script.BeginErrorReadLine();
        await Ready();
    }

    public async Task DisposeAsync()
    {
        await Stop();
        Directory.Delete(scratch, recursive: true);
    }

    async Task Stop()
    {
        if (script is null) return;
        script.StandardInput.Close();
        await script.WaitForExitAsync();
        script.Dispose();
        script = null;
    }

    /// <summary>Options for buckets that nobody else uses.</summary>
    public S3Options Options(int? at = null)
    {
        Skip.If(Missing is not null, $"{Missing} is not installed.");
        var name = $"t{Guid.NewGuid():N}";
        return Client(at ?? port) with { OriginalsBucket = $"{name}-o", ProcessedBucket = $"{name}-p" };
    }

    public static S3Options Client(int port) => new()
    {
        Endpoint = $"http://127.0.0.1:{port}",
        AccessKey = AccessKey,
        SecretKey = SecretKey,
    };

    /// <summary>A store whose buckets are there.</summary>
    public async Task<S3ObjectStore> Store(S3Options? options = null)
    {
        var store = Unprepared(options ?? Options());
        await store.Prepare(default);
        return store;
    }

    public S3ObjectStore Unprepared(S3Options options) => new(options, Path.Combine(scratch, Guid.NewGuid().ToString("N")), TimeProvider.System);

    /// <summary>Another gateway to the same objects, to be killed.</summary>
    public async Task<(int Port, Process Gateway)> StartGateway()
    {
        Skip.If(Missing is not null, $"{Missing} is not installed.");
        await turn.WaitAsync();
        try
        {
            await script!.StandardInput.WriteLineAsync($"gateway {FreePort()}");
            var (at, pid) = await Ready();
            return (at, Process.GetProcessById(pid));
        }
        finally
        {
            turn.Release();
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    async Task<(int Port, int Pid)> Ready()
    {
        // "ready PORT PID"; no line at all when the server could not start: the script has said why on its error output.
        var line = await script!.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"The S3 server did not start: {string.Join('\n', said)}");
        var words = line.Split(' ');
        return (int.Parse(words[1], CultureInfo.InvariantCulture), int.Parse(words[2], CultureInfo.InvariantCulture));
    }

    static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").Any(folder => File.Exists(Path.Combine(folder, program)));

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

[CollectionDefinition(Name)]
public sealed class S3Tests : ICollectionFixture<S3Server>
{
    public const string Name = "S3";
}
