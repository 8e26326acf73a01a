using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Uploads;
using Revela.Core.Ledger;
using Revela.Core.Pipelines;
using Revela.Providers;

namespace Revela.App.Api.Money;

/// <summary>PUT /api/v1/budgets/{name}: makes a budget, or changes it.</summary>
public static class SetBudget
{
    const int MaxTenant = 100;
    const double MostUsd = 1e9;
    static readonly string[] Known = ["provider", "tenant", "amount_usd", "per", "hard"];

    [EndpointSummary("Make or change a budget")]
    [EndpointDescription("Holds at once, for all workers together. Jobs whose call would pass a hard budget are parked as `budget` until the next day or month begins; "
        + "this frees those that are parked already, and they go on as far as the money reaches. What calls of the running period took counts.")]
    [Takes(typeof(BudgetBody), "application/json", """{"provider": "gemini", "amount_usd": 2.00, "per": "day", "hard": true}""")]
    [Refuses(400, 413, 415)]
    public static async Task<Ok<BudgetView>> Handle(
        string name, HttpContext http, IBudgetStore budgets, IReadOnlyList<OutsideEngine> engines, UploadOptions limits, CancellationToken cancel)
    {
        var budget = Read(name, await UploadReader.ReadJson(http.Request, limits.MaxFieldBytes, cancel), engines);
        await budgets.Save(budget, cancel);
        return TypedResults.Ok(BudgetView.Of((await budgets.List(cancel)).Single(state => state.Budget.Name == name)));
    }

    /// <exception cref="Revela.Core.RevelaException"><c>invalid-request</c>, with every mistake.</exception>
    public static Budget Read(string name, JsonObject body, IReadOnlyList<OutsideEngine> engines)
    {
        if (!PipelineRules.IsName(name)) throw Refusals.Invalid("A budget's name has lower-case letters, digits, '-' and '_', at most 64.");
        var fields = new FieldReader(body, isForm: false);
        fields.RefuseOthers(Known);
        string? provider = fields.Text("provider", 64), tenant = fields.Text("tenant", MaxTenant);
        var providers = Providers(engines);
        if (provider is not null && !providers.Contains(provider)) fields.Mistakes.Add($"'provider' must be one of {string.Join(", ", providers)}");
        var amount = fields.Real("amount_usd");
        if (amount is not (>= 0 and <= MostUsd)) fields.Mistakes.Add($"'amount_usd' must be 0 to {MostUsd:0}");
        var per = fields.Choice<BudgetPeriod>("per") ?? BudgetPeriod.Day;
        var hard = !body.ContainsKey("hard") || fields.Flag("hard");
        fields.Refuse();
        return new Budget(name, provider, tenant, (decimal)amount!.Value, per, hard);
    }

    /// <summary>The services that a budget may be for.</summary>
    public static IReadOnlyList<string> Providers(IReadOnlyList<OutsideEngine> engines) => [.. engines.Select(engine => engine.Name).Distinct()];
}
