using RabbitMQ.Client;

namespace Revela.Storage.Broker;

/// <summary>Opens connections to the broker. A broken one stays broken: whoever uses it opens a new one when it is time to try again.</summary>
public static class BrokerConnection
{
    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5), AnswerTimeout = TimeSpan.FromSeconds(10), Heartbeat = TimeSpan.FromSeconds(10);

    /// <param name="purpose">Shown in the broker's list of connections.</param>
    public static Task<IConnection> Open(BrokerOptions options, string purpose, CancellationToken cancel)
    {
        var factory = new ConnectionFactory
        {
            Uri = new Uri(options.Url!),
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedConnectionTimeout = ConnectTimeout,
            ContinuationTimeout = AnswerTimeout,
            HandshakeContinuationTimeout = AnswerTimeout,
            RequestedHeartbeat = Heartbeat,
        };
        return factory.CreateConnectionAsync($"revela {purpose}", cancel);
    }

    /// <summary>Ends a connection without waiting for a broker that does not answer.</summary>
    public static async ValueTask Drop(IConnection? connection)
    {
        if (connection is null) return;
        try
        {
            await connection.AbortAsync(AnswerTimeout).ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or RabbitMQ.Client.Exceptions.RabbitMQClientException)
        {
            // It was broken already.
        }
    }

    /// <summary>Connects, opens a channel and leaves again; the broker's name and version.</summary>
    public static async Task<string> Try(BrokerOptions options, CancellationToken cancel)
    {
        await using var connection = await Open(options, "doctor", cancel).ConfigureAwait(false);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancel).ConfigureAwait(false);
        return $"{Property(connection, "product")} {Property(connection, "version")} at {connection.Endpoint.HostName}:{connection.Endpoint.Port}";
    }

    static string Property(IConnection connection, string name) =>
        connection.ServerProperties?.TryGetValue(name, out var value) == true && value is byte[] text ? System.Text.Encoding.UTF8.GetString(text) : "";
}
