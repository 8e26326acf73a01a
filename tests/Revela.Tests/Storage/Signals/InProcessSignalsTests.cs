using Revela.Core.Queues;
using Revela.Storage.Signals.InProcess;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage.Signals;

/// <summary>Doorbells inside one process: the conformance suite, and that silence ends by the clock and leaves nothing behind.</summary>
public sealed class InProcessSignalsTests : SignalsConformance
{
    InProcessSignals? signals;

    protected override Task<ISignals> Open() => Task.FromResult<ISignals>(signals ??= new InProcessSignals(Time));

    [Fact]
    public async Task Silence_ends_after_the_time()
    {
        var waiting = Here.Wait(Signal.Events, Here.Version(Signal.Events), TimeSpan.FromSeconds(10), default);
        Time.Advance(TimeSpan.FromSeconds(9));
        waiting.IsCompleted.ShouldBeFalse();
        Time.Advance(TimeSpan.FromSeconds(1));
        (await waiting).ShouldBeFalse();
        Time.Timers.ShouldBe(0);
    }

    [Fact]
    public async Task A_cancelled_wait_leaves_no_timer()
    {
        using var stop = new CancellationTokenSource();
        var waiting = Here.Wait(Signal.Work, Here.Version(Signal.Work), TimeSpan.FromHours(1), stop.Token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        Time.Timers.ShouldBe(0);
    }
}
