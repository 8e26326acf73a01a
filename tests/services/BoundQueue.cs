using System.Text.Json.Nodes;
using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Revela.Storage.Broker;

namespace Revela.Services;

/// <summary>A message as another application gets it.</summary>
public sealed record Delivery(string RoutingKey, bool Persistent, string? ContentType, string? MessageId, JsonObject Body);

/// <summary>Another application: a durable queue that is bound to the exchange for events, read over connections that come back.</summary>
public sealed class BoundQueue(BrokerOptions options, string pattern = "#") : IAsyncDisposable
{
    readonly string name = $"listener-{Guid.NewGuid():N}";
    readonly Channel<Delivery> deliveries = System.Threading.Channels.Channel.CreateUnbounded<Delivery>();
    IConnection? connection;

    /// <summary>All that came, in its order.</summary>
    public ChannelReader<Delivery> Deliveries => deliveries.Reader;

    public async Task Listen()
    {
        var factory = new ConnectionFactory { Uri = new Uri(options.Url!), AutomaticRecoveryEnabled = false };
        connection = await factory.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(options.Exchange, ExchangeType.Topic, durable: true);
        await channel.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync(name, options.Exchange, pattern);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, message) =>
        {
            var properties = message.BasicProperties;
            await deliveries.Writer.WriteAsync(new Delivery(
                message.RoutingKey, properties.Persistent, properties.ContentType, properties.MessageId, JsonNode.Parse(message.Body.Span)!.AsObject()));
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false);
        };
        await channel.BasicConsumeAsync(name, autoAck: false, consumer);
    }

    public async Task<IReadOnlyList<Delivery>> Take(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2), TimeProvider.System);
        var taken = new List<Delivery>();
        while (taken.Count < count) taken.Add(await deliveries.Reader.ReadAsync(limit.Token));
        return taken;
    }

    public async ValueTask DisposeAsync() => await BrokerConnection.Drop(connection);
}
