using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Revela.Storage.Broker;

namespace Revela.Storage.Signals.RabbitMq;

/// <summary>
/// Messages by a fanout exchange of RabbitMQ. Each process has a queue that goes with its connection, so the broker keeps nothing for processes that are gone,
/// and none of its messages outlives a restart: a doorbell that is late is of no use.
/// </summary>
public sealed class FanoutWire(BrokerOptions options) : IWire
{
    const string Exchange = "revela.signals";

    // A process that is too slow to hear so many needs only the newest.
    static readonly Dictionary<string, object?> Short = new() { ["x-max-length"] = 64 };

    readonly SemaphoreSlim turn = new(1, 1);
    IChannel? telling;

    public async Task Tell(string message, CancellationToken cancel)
    {
        // One at a time: the listener's first message may meet a ring.
        await turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var channel = telling ?? throw new IOException("The broker is not connected.");
            await channel.BasicPublishAsync(Exchange, routingKey: "", Encoding.UTF8.GetBytes(message), cancel).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    public async Task Hear(Action<string> heard, Func<Task> listening, CancellationToken cancel)
    {
        var connection = await BrokerConnection.Open(options, "signals", cancel).ConfigureAwait(false);
        try
        {
            var broken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            connection.ConnectionShutdownAsync += (_, reason) => Break(broken, reason);
            var hearing = await connection.CreateChannelAsync(cancellationToken: cancel).ConfigureAwait(false);
            hearing.ChannelShutdownAsync += (_, reason) => Break(broken, reason);
            await Consume(hearing, heard, cancel).ConfigureAwait(false);
            telling = await connection.CreateChannelAsync(cancellationToken: cancel).ConfigureAwait(false);
            telling.ChannelShutdownAsync += (_, reason) => Break(broken, reason);
            await listening().ConfigureAwait(false);
            await broken.Task.WaitAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            telling = null;
            await BrokerConnection.Drop(connection).ConfigureAwait(false);
        }
    }

    static async Task Consume(IChannel channel, Action<string> heard, CancellationToken cancel)
    {
        await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Fanout, durable: true, cancellationToken: cancel).ConfigureAwait(false);
        var queue = await channel.QueueDeclareAsync(queue: "", durable: false, exclusive: true, autoDelete: true, Short, cancellationToken: cancel).ConfigureAwait(false);
        await channel.QueueBindAsync(queue.QueueName, Exchange, routingKey: "", cancellationToken: cancel).ConfigureAwait(false);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            heard(Encoding.UTF8.GetString(message.Body.Span));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer, cancel).ConfigureAwait(false);
    }

    static Task Break(TaskCompletionSource broken, ShutdownEventArgs reason)
    {
        broken.TrySetException(new IOException($"The broker is gone: {reason.ReplyText}"));
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        turn.Dispose();
        return ValueTask.CompletedTask;
    }
}
