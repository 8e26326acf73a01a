using Revela.Core.Queues;
using Revela.Storage.Signals;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage.Signals;

/// <summary>What all doorbells promise, whatever carries them: a ring before, during or after the wait is heard, in every process of the store.</summary>
public abstract class SignalsConformance : IAsyncLifetime
{
    /// <summary>Stands still: what is noticed was told, not found by looking.</summary>
    protected ManualTime Time { get; } = new();

    protected ISignals Here { get; private set; } = null!;
    protected ISignals There { get; private set; } = null!;

    /// <summary>The doorbells of one more process; where there can be only one process, the same again.</summary>
    protected abstract Task<ISignals> Open();

    public virtual async Task InitializeAsync()
    {
        (Here, There) = (await Open(), await Open());
        await Connected(Here, There);
        await Connected(There, Here);
    }

    public virtual async Task DisposeAsync()
    {
        foreach (var signals in new[] { Here, There }.Distinct())
            if (signals is IAsyncDisposable closing) await closing.DisposeAsync();
    }

    [SkippableFact]
    public async Task A_ring_between_looking_and_waiting_is_not_missed()
    {
        foreach (var listener in new[] { Here, There })
        {
            var seen = listener.Version(Signal.Work);
            Here.Ring(Signal.Work);
            (await listener.Wait(Signal.Work, seen, TimeSpan.FromHours(1), default).WaitAsync(Patience)).ShouldBeTrue();
        }
    }

    [SkippableTheory]
    [InlineData(Signal.Work)]
    [InlineData(Signal.Events)]
    [InlineData(Signal.Orders)]
    public async Task A_ring_wakes_everyone_who_waits_for_that_signal_only(Signal signal)
    {
        var other = signal == Signal.Work ? Signal.Events : Signal.Work;
        var waiting = new[] { Here, There, Here, There }.Select(at => at.Wait(signal, at.Version(signal), TimeSpan.FromHours(1), default)).ToList();
        var silent = new[] { Here, There }.Select(at => at.Wait(other, at.Version(other), TimeSpan.FromHours(1), default)).ToList();
        Here.Ring(signal);
        (await Task.WhenAll(waiting).WaitAsync(Patience)).ShouldAllBe(rung => rung);
        silent.ShouldAllBe(wait => !wait.IsCompleted);
        There.Ring(other);
        (await Task.WhenAll(silent).WaitAsync(Patience)).ShouldAllBe(rung => rung);
    }

    [SkippableFact]
    public async Task However_many_rings_there_are_the_last_one_is_heard()
    {
        var last = There.Version(Signal.Work);
        for (var i = 0; i < 1000; i++) Here.Ring(Signal.Work);
        (await There.Wait(Signal.Work, last, TimeSpan.FromHours(1), default).WaitAsync(Patience)).ShouldBeTrue();
        var seen = There.Version(Signal.Orders);
        Here.Ring(Signal.Orders);
        (await There.Wait(Signal.Orders, seen, TimeSpan.FromHours(1), default).WaitAsync(Patience)).ShouldBeTrue();
    }

    [SkippableFact]
    public async Task A_cancelled_wait_ends_as_cancelled()
    {
        using var stop = new CancellationTokenSource();
        var waiting = Here.Wait(Signal.Work, Here.Version(Signal.Work), TimeSpan.FromHours(1), stop.Token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
    }

    [SkippableFact]
    public async Task No_time_at_all_and_all_the_time_there_is_are_both_fine()
    {
        (await Here.Wait(Signal.Work, Here.Version(Signal.Work), TimeSpan.Zero, default)).ShouldBeFalse();
        var waiting = Here.Wait(Signal.Work, Here.Version(Signal.Work), TimeSpan.MaxValue, default);
        Here.Ring(Signal.Work);
        (await waiting.WaitAsync(Patience)).ShouldBeTrue();
    }

    protected static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Returns when both are at their places, and what they told each other about that has been heard.</summary>
    protected static async Task Connected(ISignals teller, ISignals listener)
    {
        // A first ring may be taken for the teller's word that it is there, which comes before it.
        for (var heard = 0; heard < 2;)
        {
            var seen = listener.Version(Signal.Orders);
            teller.Ring(Signal.Orders);
            var rung = await listener.Wait(Signal.Orders, seen, TimeSpan.FromHours(1), default).WaitAsync(TimeSpan.FromSeconds(1)).ContinueWith(wait => wait.IsCompletedSuccessfully);
            if (rung && new[] { teller, listener }.All(signals => signals is not FleetSignals { Hears: false })) heard++;
        }
    }
}
