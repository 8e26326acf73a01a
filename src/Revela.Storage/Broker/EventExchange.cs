using RabbitMQ.Client;
using Revela.Core.Events;

namespace Revela.Storage.Broker;

/// <summary>
/// Events as CloudEvents on a durable topic exchange of RabbitMQ, each persistent and confirmed by the broker: the routing key is the event's type, the message id its number.
/// </summary>
public sealed class EventExchange(BrokerOptions options, TimeProvider time) : IEventSink, IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Pages are short, so nothing needs to be held back; a limiter would let later events overtake.
    static readonly CreateChannelOptions Confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null);

    IConnection? connection;
    IChannel? channel;

    public async Task Publish(IReadOnlyList<JobEvent> events, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(Patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            var open = await Channel(limit.Token).ConfigureAwait(false);
            // All are on their way before the first is confirmed, in the order in which they were begun.
            var sent = new List<Task>(events.Count);
            foreach (var happened in events) sent.Add(Send(open, happened, limit.Token).AsTask());
            await Task.WhenAll(sent).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await Drop().ConfigureAwait(false);
            if (e is OperationCanceledException && !cancel.IsCancellationRequested) throw new TimeoutException("The broker does not answer.", e);
            throw;
        }
    }

    ValueTask Send(IChannel open, JobEvent happened, CancellationToken cancel)
    {
        var properties = new BasicProperties
        {
            Persistent = true,
            ContentType = CloudEvents.ContentType,
            MessageId = CloudEvents.IdOf(happened),
            Type = CloudEvents.TypeOf(happened),
            Timestamp = new AmqpTimestamp(happened.At.ToUnixTimeSeconds()),
            AppId = "revela",
        };
        return open.BasicPublishAsync(options.Exchange, happened.Type, mandatory: false, properties, CloudEvents.Write(happened, options.Source), cancel);
    }

    async Task<IChannel> Channel(CancellationToken cancel)
    {
        if (channel is { IsOpen: true }) return channel;
        await Drop().ConfigureAwait(false);
        connection = await BrokerConnection.Open(options, "events", cancel).ConfigureAwait(false);
        channel = await connection.CreateChannelAsync(Confirmed, cancel).ConfigureAwait(false);
        await channel.ExchangeDeclareAsync(options.Exchange, ExchangeType.Topic, durable: true, cancellationToken: cancel).ConfigureAwait(false);
        return channel;
    }

    async Task Drop()
    {
        var old = connection;
        (connection, channel) = (null, null);
        await BrokerConnection.Drop(old).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync() => await Drop().ConfigureAwait(false);
}
