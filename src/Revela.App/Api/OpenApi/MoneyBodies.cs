using System.Text.Json.Nodes;
using Revela.Core.Ledger;

namespace Revela.App.Api.OpenApi;

/// <summary>What outside services may take.</summary>
public sealed record BudgetBody
{
    /// <summary>Only this service, such as <c>gemini</c>; all when left out.</summary>
    public string? Provider { get; init; }

    /// <summary>Only this tenant's jobs; all when left out.</summary>
    public string? Tenant { get; init; }
    public required double AmountUsd { get; init; }

    /// <summary>Of UTC; a day when left out.</summary>
    public BudgetPeriod? Per { get; init; }

    /// <summary>False: people are told when it is spent, and no job is parked. True when left out.</summary>
    public bool? Hard { get; init; }
}

/// <summary>What a worker is ordered.</summary>
public sealed record DrainBody
{
    /// <summary>Its id, as <c>/stats</c> tells it.</summary>
    public required string Worker { get; init; }

    /// <summary>False to give it jobs again; true without it.</summary>
    public bool? Drain { get; init; }
}

/// <summary>Which parked jobs to free.</summary>
public sealed record FreeBody
{
    /// <summary>Why they are parked: <c>rate-limited</c>, <c>quota</c>, <c>out-of-credit</c>, <c>budget</c> or <c>possibly-paid</c>.</summary>
    public required string Code { get; init; }

    /// <summary>Only those of this queue.</summary>
    public string? Queue { get; init; }
}

/// <summary>Work to estimate. Either <c>pipeline</c> or <c>steps</c>.</summary>
public sealed record EstimateBody
{
    /// <summary>Name of a pipeline.</summary>
    public string? Pipeline { get; init; }
    public IReadOnlyList<JsonObject>? Steps { get; init; }

    /// <summary>One when left out.</summary>
    public int? Images { get; init; }
}
