using Revela.App.Accounts;
using Revela.App.Api.Money;
using Revela.App.Dashboard.Jobs;
using Revela.Core.Accounts;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Core.Statistics;
using Revela.Providers;

namespace Revela.App.Dashboard.Costs;

/// <summary>GET /costs: what outside services took, what they may take, and what waits for money or for a decision.</summary>
public sealed class ShowCosts(
    ICallStore calls, IBudgetStore budgets, IJobStore jobs, IAssetStore assets, StatisticsReader statistics, IReadOnlyList<OutsideEngine> engines, TimeProvider time)
{
    /// <summary>Of jobs that wait for one reason, so many are counted.</summary>
    public const int MostCounted = 1000;

    /// <summary>Of the chart, with today.</summary>
    public const int Days = 30;

    const int MostDoubtful = 20;

    public static async Task<IResult> Handle(string? by, HttpContext http, ShowCosts door, CancellationToken cancel) =>
        Page.Of<CostsScreen, CostsContents>(await door.Read(http.Access(), by == "queue" ? Dimension.Queue : Dimension.Pipeline, cancel));

    async Task<CostsContents> Read(Access access, Dimension by, CancellationToken cancel)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var (month, window) = (today.AddDays(1 - today.Day), today.AddDays(1 - Days));
        var isOpen = access.IsOfTheHouse && access.Allows(Scopes.Operate);
        return new CostsContents
        {
            Today = today,
            Spent = await calls.Spent(access.Tenant, month < window ? month : window, today, cancel),
            Report = await statistics.Read(access.Tenant, by, Window.Find("30d")!, name: null, series: false, cancel),
            Budgets = isOpen ? await budgets.List(cancel) : null,
            Parked = await jobs.CountParked(access.Tenant, MostCounted, cancel),
            Doubtful = await Doubtful(access.Tenant, cancel),
            Providers = SetBudget.Providers(engines),
        };
    }

    async Task<IReadOnlyList<DoubtfulLine>> Doubtful(string tenant, CancellationToken cancel)
    {
        var query = new JobQuery { Tenant = tenant, ParkedFor = ParkCodes.PossiblyPaid, Limit = MostDoubtful, OldestFirst = true };
        var lines = (await JobLines.List(jobs, assets, query, cancel)).Items;
        return await Task.WhenAll(lines.Select(async line => new DoubtfulLine(line, (await calls.List(tenant, line.Job.Id, cancel)).LastOrDefault(call => call.State == CallState.Open))));
    }
}

public sealed record CostsContents
{
    /// <summary>The day of UTC, by which services are reckoned.</summary>
    public required DateOnly Today { get; init; }

    /// <summary>By day and service, since the first of the month and for the days of the chart.</summary>
    public required IReadOnlyList<Spending> Spent { get; init; }

    /// <summary>What jobs took that ended in the last days, by pipeline or queue.</summary>
    public required StatisticsReport Report { get; init; }

    /// <summary>Null for whoever may not see them.</summary>
    public required IReadOnlyList<BudgetState>? Budgets { get; init; }

    /// <summary>How many jobs wait for each reason, each counted to <see cref="ShowCosts.MostCounted"/>.</summary>
    public required IReadOnlyDictionary<string, int> Parked { get; init; }

    /// <summary>Jobs with a call that may have been paid for, longest waiting first.</summary>
    public required IReadOnlyList<DoubtfulLine> Doubtful { get; init; }

    /// <summary>Services that a budget may be for.</summary>
    public required IReadOnlyList<string> Providers { get; init; }

    /// <summary>What was taken since a day.</summary>
    public decimal Since(DateOnly day) => Spent.Where(one => one.Day >= day).Sum(one => one.Usd);

    public DateOnly Month => Today.AddDays(1 - Today.Day);

    /// <summary>First day of the chart.</summary>
    public DateOnly Window => Today.AddDays(1 - ShowCosts.Days);

    /// <summary>Those that took something in the days of the chart, the dearest first.</summary>
    public IReadOnlyList<string> Spenders =>
        [.. Spent.Where(one => one.Day >= Window).GroupBy(one => one.Provider).OrderByDescending(one => one.Sum(day => day.Usd)).ThenBy(one => one.Key, StringComparer.Ordinal).Select(one => one.Key)];

    public bool HasNothing => Spent.Count == 0 && Budgets is null or [] && Parked.Values.All(count => count == 0);
}

/// <param name="Call">The one that gave no answer; null when it is no longer known.</param>
public sealed record DoubtfulLine(JobLine Line, Call? Call);
