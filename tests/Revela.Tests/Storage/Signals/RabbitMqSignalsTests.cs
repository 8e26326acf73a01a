using Microsoft.Extensions.Logging.Abstractions;
using Revela.Core.Queues;
using Revela.Storage.Signals;
using Revela.Storage.Signals.RabbitMq;
using Revela.Tests.Storage.Broker;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage.Signals;

/// <summary>Doorbells over RabbitMQ: the conformance suite, and that the broker's death costs only time.</summary>
[Collection(RabbitTests.Name)]
public sealed class RabbitMqSignalsTests(RabbitServer server) : SignalsConformance
{
    protected override Task<ISignals> Open() =>
        Task.FromResult<ISignals>(new FleetSignals(new FanoutWire(server.Options()), Time, NullLogger.Instance));

    [SkippableFact]
    public async Task While_the_broker_is_dead_news_is_found_by_looking_and_once_it_is_back_it_is_told_again()
    {
        await server.Kill();
        var local = Here.Wait(Signal.Work, Here.Version(Signal.Work), TimeSpan.FromHours(1), default);
        Here.Ring(Signal.Work);
        (await local.WaitAsync(Patience)).ShouldBeTrue();

        var seen = There.Version(Signal.Work);
        Here.Ring(Signal.Work);
        await Passes(There.Wait(Signal.Work, seen, TimeSpan.FromHours(1), default));

        await server.StartAgain();
        // The pauses between two tries are the clock's.
        var back = Task.WhenAll(Connected(Here, There), Connected(There, Here));
        await Passes(back);
    }

    /// <summary>Turns the clock until the task has ended.</summary>
    async Task Passes(Task waiting)
    {
        for (var i = 0; i < 720 && !waiting.IsCompleted; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System));
        }
        await waiting.WaitAsync(Patience);
    }
}
