using System.Globalization;
using Revela.Core.Jobs;

namespace Revela.Core.Ledger;

/// <summary>What outside services may take in a day or a month of UTC.</summary>
/// <param name="Provider">Only this service; null for all.</param>
/// <param name="Tenant">Only this tenant's jobs; null for all.</param>
/// <param name="Hard">Whether calls beyond it are not made; else people are told, and no more.</param>
public sealed record Budget(string Name, string? Provider, string? Tenant, decimal AmountUsd, BudgetPeriod Per, bool Hard)
{
    /// <summary>The day or month that a time falls into.</summary>
    public (DateTimeOffset From, DateTimeOffset Until) PeriodAt(DateTimeOffset now)
    {
        var day = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        if (Per == BudgetPeriod.Day) return (day, day.AddDays(1));
        var month = day.AddDays(1 - day.Day);
        return (month, month.AddMonths(1));
    }

    /// <summary>Why jobs wait when it is spent.</summary>
    public Parked WhenSpent(DateTimeOffset now) => new(
        ParkCodes.Budget,
        string.Create(CultureInfo.InvariantCulture, $"The budget {Name} ({AmountUsd:0.00} dollars a {Per.ToString().ToLowerInvariant()}) has not enough left for this call."),
        PeriodAt(now).Until);
}

public enum BudgetPeriod
{
    Day,
    Month,
}

/// <summary>A budget and where it stands in the running period.</summary>
/// <param name="SpentUsd">With what is set aside for calls under way.</param>
public sealed record BudgetState(Budget Budget, decimal SpentUsd, DateTimeOffset From, DateTimeOffset Until);

public interface IBudgetStore
{
    /// <summary>By name.</summary>
    Task<IReadOnlyList<BudgetState>> List(CancellationToken cancel);

    /// <summary>Makes or changes the budget of this name, and frees the jobs that were parked for a budget: they wait again if they must.</summary>
    Task Save(Budget budget, CancellationToken cancel);

    /// <summary>Frees the jobs that were parked for a budget. False when there is none of this name.</summary>
    Task<bool> Delete(string name, CancellationToken cancel);
}
