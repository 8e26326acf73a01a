using Revela.App.Accounts;
using Revela.Core.Accounts;
using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Core.Pipelines;
using Revela.Core.Queues;
using Revela.Core.Statistics;
using Revela.Providers;
using Revela.Providers.Prices;

namespace Revela.App.Dashboard.Develop;

/// <summary>What developing pictures takes, told before anybody presses the button: money, time, and what budgets leave.</summary>
/// <param name="UsdEach">What services take for one picture.</param>
/// <param name="SpentUsd">What they took for this pipeline in the last 30 days.</param>
/// <param name="Each">From one picture to the next, as many being developed side by side as can be; null while none was in that time.</param>
/// <param name="Ahead">How many wait in its queue already, and for nothing but their turn.</param>
/// <param name="Budget">The one with least left that holds for it, for whoever may see it; null without one.</param>
public sealed record Quote(decimal UsdEach, decimal SpentUsd, TimeSpan? Each, long Ahead, BudgetState? Budget)
{
    /// <param name="count">Of pictures; none yet for 0.</param>
    public string Words(Visit visit, int count)
    {
        var parts = new List<string> { Price(visit, UsdEach, count) };
        if (count > 0) parts.Add(Time(visit, count));
        if (Budget is { } budget && UsdEach * count > Left(budget)) parts.Add(visit.Say("quote.beyond", ("budget", budget.Budget.Name), ("usd", visit.Figures.Usd(Left(budget)))));
        return string.Join(" · ", parts);
    }

    public static string Price(Visit visit, decimal usdEach, int count) =>
        usdEach == 0 ? visit.Say("quote.free") : count == 0 ? visit.Say("quote.price-each", ("usd", visit.Figures.Usd(usdEach)))
            : visit.Say("quote.price", ("usd", visit.Figures.Usd(usdEach * count)), ("each", visit.Figures.Usd(usdEach)), ("count", visit.Figures.Count(count)));

    public static decimal Left(BudgetState state) => Math.Max(0, state.Budget.AmountUsd - state.SpentUsd);

    string Time(Visit visit, int count) => Each is { } each
        ? visit.Say(Ahead > 0 ? "quote.time-after" : "quote.time", ("time", visit.Figures.About(each * (count + Ahead))), ("ahead", visit.Figures.Count(Ahead)))
        : visit.Say("quote.time-unknown");
}

/// <summary>Reckons <see cref="Quote"/> from prices, statistics, the ledger, workers and budgets.</summary>
public sealed class Quotes(
    Estimator estimator, IReadOnlyList<OutsideEngine> engines, StatisticsReader statistics, IJobStore jobs, IQueueStore queues, IWorkerStore workers, IBudgetStore budgets, RevelaOptions options)
{
    static readonly Window Lately = Window.Find("30d")!;

    public async Task<Quote> Of(Access access, Pipeline pipeline, CancellationToken cancel)
    {
        var figures = (await statistics.Read(access.Tenant, Dimension.Pipeline, Lately, pipeline.Name, series: false, cancel)).Lines.FirstOrDefault()?.Total;
        var line = access.IsOfTheHouse ? (await jobs.Ledger(cancel)).FirstOrDefault(one => one.Queue == pipeline.Queue) : null;
        return new Quote(
            estimator.Of(pipeline).Sum(step => step.Usd), figures?.CostUsd ?? 0, figures?.Time is { } time ? await Each(time.P50, pipeline.Queue, cancel) : null,
            line is null ? 0 : line.Pending - line.Delayed - line.Parked,
            access.IsOfTheHouse && access.Allows(Scopes.Operate) ? await Tightest(access.Tenant, [.. Services(pipeline).Select(engine => engine.Name)], cancel) : null);
    }

    /// <summary>Engines of outside services that the pipeline's steps may ask.</summary>
    public IEnumerable<OutsideEngine> Services(Pipeline pipeline) =>
        engines.Where(engine => pipeline.Steps.Any(step => step.Op == engine.Operation && (step.Engine ?? engine.Name) == engine.Name));

    // Each worker is taken to have as many processors as this machine: of its slots, one waits for the disk.
    async Task<TimeSpan> Each(TimeSpan one, string queue, CancellationToken cancel)
    {
        var (settings, fleet) = (await queues.Get(queue, cancel), (await workers.List(cancel)).Count(worker => !worker.Drains));
        var sideBySide = Math.Min((settings?.Concurrency ?? Math.Max(1, options.Worker.Slots - 1)) * Math.Max(1, fleet), settings?.GlobalLimit ?? int.MaxValue);
        return one / sideBySide + (settings?.MinGap ?? TimeSpan.Zero);
    }

    async Task<BudgetState?> Tightest(string tenant, IReadOnlyCollection<string> services, CancellationToken cancel) =>
        (await budgets.List(cancel)).Where(state => (state.Budget.Provider is null || services.Contains(state.Budget.Provider)) && (state.Budget.Tenant ?? tenant) == tenant).MinBy(Quote.Left);
}
