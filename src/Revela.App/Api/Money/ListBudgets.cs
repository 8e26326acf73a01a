using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core.Ledger;

namespace Revela.App.Api.Money;

/// <summary>GET /api/v1/budgets: what outside services may take, and how much of it they have.</summary>
public static class ListBudgets
{
    [EndpointSummary("List budgets and what is spent of them")]
    [Refuses]
    public static async Task<Ok<BudgetList>> Handle(IBudgetStore budgets, CancellationToken cancel) =>
        TypedResults.Ok(new BudgetList([.. (await budgets.List(cancel)).Select(BudgetView.Of)]));
}
