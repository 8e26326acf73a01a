using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Revela.Core.Events;
using Revela.Core.Queues;

namespace Revela.Core.Flow;

/// <summary>
/// Sends every event to other applications, at least once. The feed of the store is the outbox, and how far it has been sent stands in the store too:
/// it moves on after the receiver has confirmed, so that a death in between repeats events and loses none. One process of the store sends (<see cref="Duty"/>);
/// should two, for a moment, each event still comes for the first time in the order of the feed.
/// </summary>
public sealed class EventPublisher(
    IEventStore events, IEventSink sink, ISignals signals, IWorkerStore workers, WorkerInfo identity, WorkerOptions options, TimeProvider time, ILogger<EventPublisher> log)
    : BackgroundService
{
    /// <summary>The publisher's place in the feed.</summary>
    public const string Reader = "broker";

    const int Page = 200;

    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5), LongestPause = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var duty = new Duty("events", workers, identity, options, time);
        var pause = FirstPause;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (await duty.IsMine(stopping)) await Turn(stopping);
                else await Task.Delay(options.RescueEvery, time, stopping);
                pause = FirstPause;
            }
            catch (Exception e) when (e is not OperationCanceledException || !stopping.IsCancellationRequested)
            {
                Messages.UpkeepFailed(log, e, "Publishing events");
                await Task.Delay(pause, time, stopping);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    /// <summary>Sends one page, or waits for the next event, but not so long that the duty would be lost.</summary>
    async Task Turn(CancellationToken stopping)
    {
        var seen = signals.Version(Signal.Events);
        var position = await events.Position(Reader, stopping);
        var page = await events.Read(position, Page, stopping);
        if (page.Count == 0)
        {
            await signals.Wait(Signal.Events, seen, options.RescueEvery, stopping);
            return;
        }
        await sink.Publish(page, stopping);
        CrashPoints.Reach(CrashPoint.EventsSent);
        // Also when this process is asked to stop: or its successor would send the page again.
        await events.Advance(Reader, position, page[^1].Id, CancellationToken.None);
    }
}
