using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.Core.Ledger;

namespace Revela.App.Api.Money;

/// <summary>DELETE /api/v1/budgets/{name}.</summary>
public static class DeleteBudget
{
    [EndpointSummary("Delete a budget")]
    [EndpointDescription("Jobs that it parked go on.")]
    [Refuses(404)]
    public static async Task<NoContent> Handle(string name, IBudgetStore budgets, CancellationToken cancel) =>
        await budgets.Delete(name, cancel) ? TypedResults.NoContent() : throw Refusals.NotFound("budget");
}
