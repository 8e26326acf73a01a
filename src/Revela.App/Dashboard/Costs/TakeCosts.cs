using System.Globalization;
using System.Text.Json.Nodes;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.Money;
using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Providers;

namespace Revela.App.Dashboard.Costs;

/// <summary>POST /costs/budgets, /costs/budgets/{name}, /costs/budgets/{name}/delete and /costs/free: what the API does, asked for by a form.</summary>
public static class TakeCosts
{
    public static async Task<IResult> Add(HttpContext http, IBudgetStore budgets, IReadOnlyList<OutsideEngine> engines, AuditLog audit, CancellationToken cancel)
    {
        var name = http.Request.Form["name"].ToString().Trim();
        var budget = SetBudget.Read(name, Body(http.Request.Form), engines);
        if ((await budgets.List(cancel)).Any(state => state.Budget.Name == name)) throw Refusals.WrongState($"There is a budget '{name}' already.");
        await budgets.Save(budget, cancel);
        await audit.Note(http, "budget.set", name);
        return Answers.Go(http, Places.Costs.Path, "budget.added", name);
    }

    public static async Task<IResult> Change(string name, HttpContext http, IBudgetStore budgets, IReadOnlyList<OutsideEngine> engines, CancellationToken cancel)
    {
        await budgets.Save(SetBudget.Read(name, Body(http.Request.Form), engines), cancel);
        return Answers.Go(http, Places.Costs.Path, "budget.changed", name);
    }

    public static async Task<IResult> Delete(string name, HttpContext http, IBudgetStore budgets, CancellationToken cancel)
    {
        await DeleteBudget.Handle(name, budgets, cancel);
        return Answers.Go(http, Places.Costs.Path, "budget.deleted", name);
    }

    public static async Task<IResult> Free(HttpContext http, IJobStore jobs, AuditLog audit, CancellationToken cancel)
    {
        var code = http.Request.Form["code"].ToString();
        // What may have been paid for is decided job by job.
        if (code == ParkCodes.PossiblyPaid || !ParkCodes.All.Contains(code)) throw Refusals.Invalid("'code' is no reason that jobs are freed by together.");
        var count = await jobs.Unpark(code, queue: null, cancel);
        await audit.Note(http, "job.unpark", code);
        return Answers.Go(http, Places.Costs.Path, "bulk.retry", new Figures(Notifications.Words.LanguageOf(http.Request)).Count(count));
    }

    // As the API takes it.
    static JsonObject Body(IFormCollection form)
    {
        var amount = form["amount"].ToString().Trim();
        return new JsonObject
        {
            ["provider"] = Text(form["provider"]),
            ["tenant"] = Text(form["tenant"]),
            ["amount_usd"] = double.TryParse(amount, NumberStyles.Float, CultureInfo.InvariantCulture, out var usd) && double.IsFinite(usd) ? usd : amount,
            ["per"] = Text(form["per"]),
            ["hard"] = form["hard"].Count > 0,
        };
    }

    static string? Text(string? field) => field?.Trim() is { Length: > 0 } text ? text : null;
}
