using Revela.Core.Queues;
using Revela.Storage.Signals.InProcess;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

/// <summary>Doorbells: a ring before, during or after the wait is heard, and silence ends by the clock.</summary>
public sealed class InProcessSignalsTests
{
    readonly ManualTime time = new();
    readonly InProcessSignals signals;

    public InProcessSignalsTests() => signals = new InProcessSignals(time);

    [Fact]
    public async Task A_ring_between_looking_and_waiting_is_not_missed()
    {
        var seen = signals.Version(Signal.Work);
        signals.Ring(Signal.Work);
        (await signals.Wait(Signal.Work, seen, TimeSpan.FromHours(1), default)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_ring_wakes_everyone_who_waits_for_that_signal_only()
    {
        var waiting = Enumerable.Range(0, 5).Select(_ => signals.Wait(Signal.Work, 0, TimeSpan.FromHours(1), default)).ToList();
        var other = signals.Wait(Signal.Orders, 0, TimeSpan.FromHours(1), default);
        signals.Ring(Signal.Work);
        (await Task.WhenAll(waiting)).ShouldAllBe(rung => rung);
        other.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromHours(1));
        (await other).ShouldBeFalse();
    }

    [Fact]
    public async Task Silence_ends_after_the_time()
    {
        var waiting = signals.Wait(Signal.Events, 0, TimeSpan.FromSeconds(10), default);
        time.Advance(TimeSpan.FromSeconds(9));
        waiting.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(1));
        (await waiting).ShouldBeFalse();
        time.Timers.ShouldBe(0);
    }

    [Fact]
    public async Task A_cancelled_wait_ends_as_cancelled_and_leaves_no_timer()
    {
        using var stop = new CancellationTokenSource();
        var waiting = signals.Wait(Signal.Work, 0, TimeSpan.FromHours(1), stop.Token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        time.Timers.ShouldBe(0);
    }

    [Fact]
    public async Task No_time_at_all_and_all_the_time_there_is_are_both_fine()
    {
        (await signals.Wait(Signal.Work, 0, TimeSpan.Zero, default)).ShouldBeFalse();
        var waiting = signals.Wait(Signal.Work, 0, TimeSpan.MaxValue, default);
        signals.Ring(Signal.Work);
        (await waiting).ShouldBeTrue();
    }
}
