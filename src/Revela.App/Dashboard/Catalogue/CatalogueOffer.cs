using Revela.App.Accounts;
using Revela.App.Recipes.Catalog;
using Revela.Core.Accounts;
using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Core.Pipelines;
using Revela.Core.Queues;
using Revela.Core.Statistics;
using Revela.Providers;
using Revela.Providers.Prices;

namespace Revela.App.Dashboard.Catalogue;

/// <summary>What processing articles takes, told before anybody presses the button: money, time, and what budgets leave.</summary>
/// <param name="Missing">Why the service cannot be asked as things are set up; null when it can.</param>
/// <param name="UsdEach">What the service takes for one article.</param>
/// <param name="SpentUsd">In the last 30 days.</param>
/// <param name="Each">From one article to the next; null while none was processed in that time.</param>
/// <param name="Ahead">How many wait already.</param>
/// <param name="Budget">The one with least left that holds for it, for whoever may see it; null without one.</param>
public sealed record CatalogueOffer(string? Missing, decimal UsdEach, decimal SpentUsd, TimeSpan? Each, long Ahead, BudgetState? Budget)
{
    public string Words(Visit visit, int count)
    {
        var (usd, parts) = (UsdEach * count, new List<string>());
        parts.Add(UsdEach == 0 ? visit.Say("catalogue.free") : visit.Say("catalogue.price", ("usd", visit.Figures.Usd(usd))));
        parts.Add(Each is { } each ? visit.Say(Ahead > 0 ? "catalogue.eta-after" : "catalogue.eta", ("time", visit.Figures.Span(each * (count + Ahead))), ("ahead", visit.Figures.Count(Ahead))) : visit.Say("catalogue.eta-unknown"));
        if (Budget is { } budget && usd > Left(budget)) parts.Add(visit.Say("catalogue.beyond", ("budget", budget.Budget.Name), ("usd", visit.Figures.Usd(Left(budget)))));
        return string.Join(" · ", parts);
    }

    public static decimal Left(BudgetState state) => Math.Max(0, state.Budget.AmountUsd - state.SpentUsd);
}

/// <summary>Reckons <see cref="CatalogueOffer"/> from prices, statistics, the ledger and budgets.</summary>
public sealed class CatalogueOffers(
    PipelineCatalog pipelines, Estimator estimator, IReadOnlyList<OutsideEngine> engines, StatisticsReader statistics, IJobStore jobs, IQueueStore queues, IBudgetStore budgets)
{
    static readonly Window Lately = Window.Find("30d")!;

    public async Task<CatalogueOffer> Of(Access access, CancellationToken cancel)
    {
        var pipeline = pipelines.Get(CatalogRecipe.PipelineName);
        var figures = (await statistics.Read(access.Tenant, Dimension.Pipeline, Lately, pipeline.Name, series: false, cancel)).Lines.FirstOrDefault()?.Total;
        var waiting = access.IsOfTheHouse ? (await jobs.Ledger(cancel)).FirstOrDefault(line => line.Queue == pipeline.Queue)?.Pending ?? 0 : 0;
        var gap = (await queues.Get(pipeline.Queue, cancel))?.MinGap ?? TimeSpan.Zero;
        return new CatalogueOffer(
            Missing(pipeline), estimator.Of(pipeline).Sum(step => step.Usd), figures?.CostUsd ?? 0, figures?.Time?.P50 + gap, waiting,
            access.IsOfTheHouse && access.Allows(Scopes.Operate) ? await Tightest(access.Tenant, [.. Services(pipeline).Select(engine => engine.Name)], cancel) : null);
    }

    string? Missing(Pipeline pipeline) => Services(pipeline).FirstOrDefault(engine => engine.Operation == "restyle")?.Missing;

    IEnumerable<OutsideEngine> Services(Pipeline pipeline) =>
        engines.Where(engine => pipeline.Steps.Any(step => step.Op == engine.Operation && (step.Engine ?? engine.Name) == engine.Name));

    async Task<BudgetState?> Tightest(string tenant, IReadOnlyCollection<string> services, CancellationToken cancel) =>
        (await budgets.List(cancel)).Where(state => (state.Budget.Provider is null || services.Contains(state.Budget.Provider)) && (state.Budget.Tenant ?? tenant) == tenant).MinBy(CatalogueOffer.Left);
}
