using System.Text.Json.Serialization;
using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Providers.Prices;

namespace Revela.App.Api.Views;

/// <summary>What outside services may take, and how much of it they have.</summary>
/// <param name="Provider">Only this service; null for all.</param>
/// <param name="Tenant">Only this tenant's jobs; null for all.</param>
/// <param name="Per">Of UTC.</param>
/// <param name="Hard">Whether jobs are parked when it is spent; else people are told, and no more.</param>
/// <param name="SpentUsd">In the running period, with what is set aside for calls under way.</param>
/// <param name="Until">When the next period begins.</param>
public sealed record BudgetView(
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Provider,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Tenant,
    decimal AmountUsd, BudgetPeriod Per, bool Hard, decimal SpentUsd, DateTimeOffset From, DateTimeOffset Until)
{
    public static BudgetView Of(BudgetState state)
    {
        var budget = state.Budget;
        return new BudgetView(budget.Name, budget.Provider, budget.Tenant, budget.AmountUsd, budget.Per, budget.Hard, state.SpentUsd, state.From, state.Until);
    }
}

/// <summary>All budgets, by name.</summary>
public sealed record BudgetList(IReadOnlyList<BudgetView> Budgets);

/// <summary>A call to an outside service.</summary>
/// <param name="Op">What was asked for.</param>
/// <param name="State"><c>open</c>: it may have been paid for, and nobody knows how it ended; <c>kept</c>; <c>fruitless</c>; <c>written-off</c>: it counts as paid for and may be made again.</param>
/// <param name="Usd">What it took; of an open one, what is set aside for it.</param>
public sealed record CallView(string Provider, int StepIndex, string Op, CallState State, DateTimeOffset At, decimal Usd)
{
    public static CallView Of(Call call, Job job) => new(call.Provider, call.StepIndex, job.Pipeline.Steps[call.StepIndex].Op, call.State, call.At, call.Usd);
}

/// <summary>The calls of a job, oldest first.</summary>
public sealed record CallList(IReadOnlyList<CallView> Calls);

/// <summary>What jobs are reckoned to take.</summary>
/// <param name="Usd">Of all images.</param>
/// <param name="PricesDated">The day of the price table.</param>
public sealed record EstimateView(decimal Usd, decimal UsdPerImage, int Images, DateOnly PricesDated, IReadOnlyList<StepEstimate> Steps)
{
    public static EstimateView Of(IReadOnlyList<StepEstimate> steps, int images)
    {
        var each = steps.Sum(step => step.Usd);
        return new EstimateView(each * images, each, images, PriceTable.Published.Dated, steps);
    }
}

/// <summary>What services took, newest day first.</summary>
/// <param name="Usd">Of all of it.</param>
public sealed record SpendingList(decimal Usd, IReadOnlyList<Spending> Days);
