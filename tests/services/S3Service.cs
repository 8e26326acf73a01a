using System.Globalization;
using Revela.Storage.Objects.S3;

namespace Revela.Services;

/// <summary>A real S3 server of this process: Ceph's gateway, started by <c>s3.sh</c> on free ports and gone with it.</summary>
public sealed class S3Service : IAsyncDisposable
{
    public const string AccessKey = "revela";
    public const string SecretKey = "revela-secret";

    const int Attempts = 3;

    static readonly string[] Programs = ["radosgw", "ceph-mon", "ceph-osd", "ceph", "setpriv"];

    readonly ServiceScript script;

    S3Service(ServiceScript script, Gateway first) => (this.script, First) = (script, first);

    /// <summary>A program that is not installed, without which there is no server.</summary>
    public static string? Missing { get; } = Programs.FirstOrDefault(program => !ServiceScript.IsInstalled(program));

    public Gateway First { get; }

    public static async Task<S3Service> Start()
    {
        for (var attempt = 1; ; attempt++)
        {
            var folder = Path.Combine(Path.GetTempPath(), $"revela-s3-{Guid.NewGuid():N}");
            var script = ServiceScript.Start("s3.sh", folder, Text(ServiceScript.FreePort()), Text(ServiceScript.FreePort()));
            try
            {
                return new S3Service(script, Gateway.Of(await script.Ready()));
            }
            catch (InvalidOperationException) when (attempt < Attempts)
            {
                // A port that was free a moment ago may be another test's by now.
                await script.DisposeAsync();
            }
        }
    }

    /// <summary>Another gateway to the same objects, which may be killed.</summary>
    /// <param name="port">Null for a free one.</param>
    public async Task<Gateway> StartGateway(int? port = null) => Gateway.Of(await script.Ask($"gateway {Text(port ?? ServiceScript.FreePort())}"));

    /// <summary>Settings for buckets that nobody else uses.</summary>
    public static S3Options NewBuckets(int port)
    {
        var name = $"t{Guid.NewGuid():N}";
        return Client(port) with { OriginalsBucket = $"{name}-o", ProcessedBucket = $"{name}-p" };
    }

    public static S3Options Client(int port) => new() { Endpoint = $"http://127.0.0.1:{Text(port)}", AccessKey = AccessKey, SecretKey = SecretKey };

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    public ValueTask DisposeAsync() => script.DisposeAsync();

    public sealed record Gateway(int Port, int ProcessId)
    {
        public static Gateway Of(string[] ready) => new(int.Parse(ready[0], CultureInfo.InvariantCulture), int.Parse(ready[1], CultureInfo.InvariantCulture));
    }
}
