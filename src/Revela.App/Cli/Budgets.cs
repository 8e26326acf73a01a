using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Revela.App.Api.Views;

namespace Revela.App.Cli;

/// <summary><c>revela budgets</c>: what outside services may take, on a server.</summary>
sealed class Budgets(Terminal terminal)
{
    readonly ServerOptions server = new();
    readonly Option<bool> json = CommonOptions.Json("Print as the API does");
    readonly Argument<string> name = new("name") { Description = "Name of the budget" };
    readonly Argument<double> amount = new("usd") { Description = "How much, in US dollars" };
    readonly Option<string> per = new("--per") { Description = "day or month, of UTC", HelpName = "PERIOD", DefaultValueFactory = _ => "day" };
    readonly Option<string?> provider = new("--provider") { Description = "Only this service", HelpName = "NAME" };
    readonly Option<string?> tenant = new("--tenant") { Description = "Only this tenant's jobs", HelpName = "NAME" };
    readonly Option<bool> soft = new("--soft") { Description = "Tell people when it is spent, and park no job" };

    public Command Verb()
    {
        per.AcceptOnlyFromAmong("day", "month");
        var verb = new Command("budgets", "List, set and delete budgets for outside services");
        verb.Add(With(new Command("list", "Every budget and what is spent of it") { json }, List));
        verb.Add(With(new Command("set", "Make or change a budget; jobs that waited for it go on") { name, amount, per, provider, tenant, soft }, Set));
        verb.Add(With(new Command("delete", "Delete a budget; jobs that waited for it go on") { name }, Delete));
        return verb;
    }

    Command With(Command command, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        server.AddTo(command);
        command.SetAction(action);
        return command;
    }

    async Task<int> List(ParseResult parsed, CancellationToken cancel)
    {
        using var api = server.Connect(parsed);
        var list = await api.Get<BudgetList>("api/v1/budgets", cancel);
        if (parsed.GetValue(json)) terminal.PrintJson(list);
        else terminal.PrintTable(["BUDGET", "FOR", "USD", "PER", "SPENT", "UNTIL"], list.Budgets.Select(Row));
        return ExitCode.Ok;
    }

    static string[] Row(BudgetView budget) =>
    [
        budget.Name,
        string.Join(", ", new[] { budget.Provider ?? "every service", budget.Tenant is { } tenant ? $"tenant {tenant}" : null, budget.Hard ? null : "soft" }.OfType<string>()),
        Money(budget.AmountUsd),
        budget.Per.ToString().ToLowerInvariant(),
        Money(budget.SpentUsd),
        budget.Until.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture),
    ];

    async Task<int> Set(ParseResult parsed, CancellationToken cancel)
    {
        using var api = server.Connect(parsed);
        var body = new JsonObject
        {
            ["amount_usd"] = parsed.GetRequiredValue(amount),
            ["per"] = parsed.GetRequiredValue(per),
            ["provider"] = parsed.GetValue(provider),
            ["tenant"] = parsed.GetValue(tenant),
            ["hard"] = !parsed.GetValue(soft),
        };
        var budget = await api.Put<BudgetView>(Path(parsed), body, cancel);
        terminal.Say($"{budget.Name}: {Money(budget.SpentUsd)} of {Money(budget.AmountUsd)} dollars are spent.");
        return ExitCode.Ok;
    }

    async Task<int> Delete(ParseResult parsed, CancellationToken cancel)
    {
        using var api = server.Connect(parsed);
        await api.Delete(Path(parsed), cancel);
        return ExitCode.Ok;
    }

    string Path(ParseResult parsed) => $"api/v1/budgets/{Uri.EscapeDataString(parsed.GetRequiredValue(name))}";

    static string Money(decimal usd) => usd.ToString("0.00##", CultureInfo.InvariantCulture);
}
