using System.Text.Json.Nodes;
using Revela.Core.Jobs;
using Revela.Core.Ledger;

namespace Revela.Storage.Rows;

/// <summary>What the people who run a store are told when a provider takes no calls for want of money or quota.</summary>
static class ShutNotice
{
    public static string KindOf(Parked why) => $"provider.{why.Code}";

    public static JsonObject DataOf(string provider, Parked why) => new() { ["provider"] = provider, ["detail"] = why.Detail, ["until"] = why.Until };
}

/// <summary>What they are told when a budget is spent.</summary>
static class SpentNotice
{
    public const string Kind = "budget.spent";

    public static JsonObject DataOf(Budget budget) =>
        new() { ["budget"] = budget.Name, ["amount_usd"] = budget.AmountUsd, ["per"] = budget.Per.ToString().ToLowerInvariant(), ["hard"] = budget.Hard };
}
