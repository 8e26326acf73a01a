using System.Text;
using Microsoft.Extensions.Logging;
using Revela.App.Metrics;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;

namespace Revela.Tests.Flow;

/// <summary>Stale writes are refused, and counted (law 3).</summary>
public sealed class StaleWritesTests
{
    [Fact]
    public async Task Each_write_under_a_lease_that_is_gone_is_refused_and_counted_once()
    {
        await using var spine = await Spine.Open();
        using var totals = new MeterTotals(spine.StaleWrites.Owns);
        await spine.Submit(Spine.Pipeline("slow", "cheap"));
        using var late = (await spine.Claim())!;
        spine.Time.Advance(spine.Options.Lease);
        await spine.Store.Jobs.Rescue(3, default);

        var picture = new StoredImage("processed/late.png", "image/png", 1, new string('0', 64), 1, 1, 1);
        var orders = await spine.Foreman.Renew([late.Report()], spine.Options.Lease, default);
        orders.ShouldHaveSingleItem().Reason.ShouldBe(StopReason.LeaseLost);
        (await spine.Foreman.SaveCheckpoint(late.Claimed, new Checkpoint(0, picture, [], null), default)).ShouldBeFalse();
        (await spine.Foreman.Settle(Report(late), default)).ShouldBeFalse();
        (await spine.Foreman.Settle(Report(late), remember: true, default)).ShouldBeFalse();
        Lines(totals).ShouldBe([Line("checkpoint", 1), Line("ending", 2), Line("renewal", 1)]);
    }

    [Fact]
    public async Task A_repeat_of_an_ending_that_was_remembered_is_none()
    {
        await using var spine = await Spine.Open();
        using var totals = new MeterTotals(spine.StaleWrites.Owns);
        await spine.Submit(Spine.Pipeline("cheap"));
        using var running = (await spine.Claim())!;
        for (var i = 0; i < 2; i++) (await spine.Foreman.Settle(Report(running), remember: true, default)).ShouldBeTrue();
        Lines(totals).ShouldBeEmpty();
    }

    [Fact]
    public void A_renewal_that_crosses_an_ending_worries_nobody()
    {
        var log = new Levels();
        using var stale = new StaleWrites(log);
        stale.Refuse(StaleWrites.Renewal, Guid.NewGuid(), 1);
        stale.Refuse(StaleWrites.Ending, Guid.NewGuid(), 1);
        log.Told.ShouldBe([LogLevel.Debug, LogLevel.Warning]);
    }

    sealed class Levels : ILogger<StaleWrites>
    {
        public List<LogLevel> Told { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => true;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? fault, Func<TState, Exception?, string> format) => Told.Add(level);
    }

    static AttemptReport Report(RunningJob running) => new(running.Claimed, new AttemptOutcome.Stopped(), []);

    static string[] Lines(MeterTotals totals)
    {
        var text = new StringBuilder();
        totals.Write(text);
        return [.. text.ToString().Split('\n').Where(line => line.StartsWith("revela", StringComparison.Ordinal))];
    }

    static string Line(string write, int count) => $"revela_stale_writes_total{{write=\"{write}\"}} {count}";
}
