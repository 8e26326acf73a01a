using System.Globalization;
using Revela.Storage.Broker;

namespace Revela.Services;

/// <summary>A real RabbitMQ of this process, started by <c>rabbitmq.sh</c> on free ports and gone with it.</summary>
public sealed class RabbitService : IAsyncDisposable
{
    const int Attempts = 4;

    readonly ServiceScript script;
    readonly string port;

    RabbitService(ServiceScript script, string port) => (this.script, this.port) = (script, port);

    /// <summary>A program that is not installed, without which there is no broker.</summary>
    public static string? Missing { get; } = new[] { "rabbitmq-server", "epmd", "setpriv" }.FirstOrDefault(program => !IsInstalled(program));

    public static async Task<RabbitService> Start()
    {
        for (var attempt = 1; ; attempt++)
        {
            var folder = Path.Combine(Path.GetTempPath(), $"revela-rabbitmq-{Guid.NewGuid():N}");
            var script = ServiceScript.Start("rabbitmq.sh", folder, FreePort(), FreePort(), FreePort());
            try
            {
                return new RabbitService(script, (await script.Ready())[0]);
            }
            catch (InvalidOperationException) when (attempt < Attempts)
            {
                // A port that was free a moment ago may be another test's by now.
                await script.DisposeAsync();
            }
        }
    }

    /// <summary>Settings with an exchange that nobody else uses.</summary>
    public BrokerOptions Options() => new() { Url = $"amqp://guest:guest@127.0.0.1:{port}/", Exchange = $"events-{Guid.NewGuid():N}" };

    /// <summary>Ends the broker as kill −9 does.</summary>
    public Task Kill() => script.Ask("kill");

    /// <summary>Starts it again on the same port and data; it takes connections when the task completes.</summary>
    public Task StartAgain() => script.Ask("start");

    static bool IsInstalled(string program) => ServiceScript.IsInstalled(program) || File.Exists($"/usr/lib/rabbitmq/bin/{program}");

    static string FreePort() => ServiceScript.FreePort().ToString(CultureInfo.InvariantCulture);

    public ValueTask DisposeAsync() => script.DisposeAsync();
}
