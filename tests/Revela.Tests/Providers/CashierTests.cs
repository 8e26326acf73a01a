using System.Diagnostics.Metrics;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Providers;
using Revela.Providers.Fakes;
using Shouldly;
using Xunit;

namespace Revela.Tests.Providers;

/// <summary>Calls and their money, from the runner to the store, with real clients and fakes of the services.</summary>
public sealed class CashierTests
{
    static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_call_is_open_until_its_picture_is_kept_and_what_came_to_nothing_took_nothing()
    {
        await using var bench = await Bench.Open();
        (await bench.Restyle("anything")).Made().IsPaid.ShouldBeTrue();
        (await Calls(bench)).ShouldBe([(CallState.Open, 0.045m)]);
        bench.Fakes.Gemini.Meet(Trouble.Refusal);
        await bench.Restyle("anything");
        (await Calls(bench)).ShouldBe([(CallState.Fruitless, 0)]);
    }

    [Fact]
    public async Task What_a_service_gave_is_taken_up_by_the_next_attempt_when_its_worker_dies_before_it_was_kept()
    {
        await using var bench = await Bench.Open();
        var lost = (await bench.Cutout("clipdrop")).Made();
        var made = (await bench.Next()).Made();
        (made.Sha256, made.Engine, made.CostUsd).ShouldBe((lost.Sha256, "clipdrop-1", 0.09m));
        made.Data!["cutout"]!["notes"]!["credits"]!.GetValue<double>().ShouldBe(1);
        bench.Fakes.ClipDrop.Calls.Count.ShouldBe(1);
        (await Calls(bench)).ShouldBe([(CallState.Open, 0.09m)]);
        bench.Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_spent_budget_parks_before_anything_is_sent()
    {
        await using var bench = await Bench.Open();
        await bench.Store.Budgets.Save(new Budget("pictures", "gemini", null, 0.1m, BudgetPeriod.Day, Hard: true), None);
        for (var i = 0; i < 2; i++) (await bench.Restyle("anything")).Made();
        var parked = (await bench.Restyle("anything")).Parked();
        parked.Code.ShouldBe(ParkCodes.Budget);
        parked.Detail.ShouldContain("pictures");
        parked.Until!.Value.TimeOfDay.ShouldBe(TimeSpan.Zero);
        bench.Fakes.Gemini.Calls.Count.ShouldBe(2);
        (await bench.Cutout("clipdrop")).Made();
    }

    [Theory]
    [InlineData(Trouble.NoCredit, ParkCodes.OutOfCredit)]
    [InlineData(Trouble.DayQuota, ParkCodes.RateLimited)]
    public async Task One_refusal_for_want_of_money_or_quota_keeps_the_whole_fleet_from_calling(Trouble trouble, string code)
    {
        await using var bench = await Bench.Open();
        bench.Fakes.ClipDrop.Meet(trouble);
        var first = (await bench.Cutout("clipdrop")).Parked();
        first.Code.ShouldBe(code);
        var second = (await bench.Cutout("clipdrop")).Parked();
        (second.Code, second.Detail).ShouldBe((first.Code, first.Detail));
        (first.Until - second.Until)!.Value.ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
        bench.Fakes.ClipDrop.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Without_a_word_on_how_long_the_wait_doubles_and_then_the_job_is_parked()
    {
        await using var bench = await Bench.Open();
        bench.Fakes.Gemini.Weather = () => Trouble.RateLimit;
        var parked = (await bench.Restyle("anything")).Parked();
        parked.Code.ShouldBe(ParkCodes.RateLimited);
        var at = bench.Fakes.Gemini.Calls.Select(call => call.At).ToArray();
        at.Length.ShouldBe(4);
        (at[3] - at[2]).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(2));
        (await Calls(bench)).ShouldAllBe(call => call.State == CallState.Fruitless);
    }

    [Fact]
    public async Task A_minute_that_has_had_its_calls_parks_the_next_until_there_is_room()
    {
        await using var bench = await Bench.Open(options => options with { Gemini = options.Gemini with { RequestsPerMinute = 2 } });
        for (var i = 0; i < 2; i++) (await bench.Restyle("anything")).Made();
        var parked = (await bench.Restyle("anything")).Parked();
        (parked.Code, bench.Fakes.Gemini.Calls.Count).ShouldBe((ParkCodes.RateLimited, 2));
        (parked.Until!.Value - bench.Fakes.Gemini.Calls[0].At).ShouldBeInRange(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData(Trouble.Cut)]
    [InlineData(Trouble.Nonsense)]
    public async Task Where_that_is_the_rule_a_possibly_paid_call_counts_as_paid_and_the_step_is_tried_again(Trouble trouble)
    {
        await using var bench = await Bench.Open(calls: new CallOptions { RepeatPossiblyPaid = true });
        bench.Fakes.Gemini.Meet(trouble);
        var error = (await bench.Restyle("anything")).Error();
        (error.Code, error.Retryable).ShouldBe((ErrorCodes.ServiceFailed, true));
        var (state, usd) = (await Calls(bench)).Single();
        state.ShouldNotBe(CallState.Open);
        usd.ShouldBe(0.045m);
    }

    [Fact]
    public async Task Under_a_lease_that_is_gone_nothing_is_sent()
    {
        await using var bench = await Bench.Open();
        (await Should.ThrowAsync<RevelaException>(() => bench.Late("clipdrop"))).Error.Code.ShouldBe(ErrorCodes.StaleLease);
        bench.Fakes.ClipDrop.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Calls_are_measured_by_how_they_ended_with_their_time_their_cost_and_the_credits_left()
    {
        await using var bench = await Bench.Open();
        var seen = new List<(string Instrument, string Tags, double Value)>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, listening) => { if (bench.Meter.Owns(instrument)) listening.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen.Add((instrument.Name, Tags(tags), value)));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => seen.Add((instrument.Name, Tags(tags), value)));
        listener.Start();
        bench.Fakes.ClipDrop.Meet(Trouble.NoCredit);
        await bench.Cutout("clipdrop");
        await bench.Restyle("anything");
        seen.ShouldContain(("revela.service.calls", "service=clipdrop,operation=remove-background,outcome=out-of-credit", 1));
        seen.ShouldContain(("revela.service.calls", "service=gemini,operation=restyle,outcome=picture", 1));
        seen.ShouldContain(("revela.service.cost", "service=gemini,operation=restyle", 0.045));
        seen.Count(one => one.Instrument == "revela.service.duration").ShouldBe(2);
    }

    static string Tags(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new List<string>();
        foreach (var (name, value) in tags) text.Add($"{name}={value}");
        return string.Join(',', text);
    }

    static async Task<(CallState State, decimal Usd)[]> Calls(Bench bench) =>
        [.. (await bench.Store.Calls.List("tenant", bench.Claimed.Job.Id, None)).Select(call => (call.State, call.Usd))];
}
