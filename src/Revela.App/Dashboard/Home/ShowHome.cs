using Revela.App.Accounts;
using Revela.App.Api.Views;
using Revela.App.Dashboard.Jobs;
using Revela.App.Dashboard.Queues;
using Revela.Core.Accounts;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Core.Queues;
using Revela.Core.Statistics;

namespace Revela.App.Dashboard.Home;

/// <summary>GET /: what is happening now, and how it went lately.</summary>
public sealed class ShowHome(
    IJobStore jobs, IAssetStore assets, IQueueStore queues, IWorkerStore workers, IBudgetStore budgets, ICallStore calls, StatisticsReader statistics, Pace pace, TimeProvider time)
{
    const int Running = 12, Fresh = 12, Failed = 5;
    const string Lately = "24h";

    public static async Task<IResult> Handle(string? window, HttpContext http, ShowHome door, CancellationToken cancel) =>
        Page.Of<HomeScreen, HomeContents>(await door.Read(http.Access(), Window.Find(window ?? Lately) ?? Window.Find(Lately)!, cancel));

    async Task<HomeContents> Read(Access access, Window window, CancellationToken cancel)
    {
        var tenant = access.Tenant;
        return new HomeContents
        {
            House = access.IsOfTheHouse ? await ReadHouse(access, cancel) : null,
            OldestWaiting = (await List(tenant, JobState.Pending, 1, cancel, oldestFirst: true)).FirstOrDefault(),
            Running = await List(tenant, JobState.Processing, Running, cancel),
            Fresh = await List(tenant, JobState.Completed, Fresh, cancel),
            Failed = await List(tenant, JobState.Failed, Failed, cancel),
            Report = await statistics.Read(tenant, Dimension.Pipeline, window, name: null, series: true, cancel),
        };
    }

    async Task<HouseContents> ReadHouse(Access access, CancellationToken cancel) => new(
        QueueCounts.Sum(await jobs.Ledger(cancel)), pace.PerMinute(queue: null), pace.Beats(queue: null), (await workers.List(cancel)).Count,
        [.. (await queues.List(cancel)).Where(queue => queue.Paused).Select(queue => queue.Name)],
        access.Allows(Scopes.Operate) ? await budgets.List(cancel) : [], await SpentToday(access.Tenant, cancel));

    async Task<decimal> SpentToday(string tenant, CancellationToken cancel)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        return (await calls.Spent(tenant, today, today, cancel)).Sum(one => one.Usd);
    }

    async Task<IReadOnlyList<JobLine>> List(string tenant, JobState state, int limit, CancellationToken cancel, bool oldestFirst = false) =>
        (await JobLines.List(jobs, assets, new JobQuery { Tenant = tenant, States = [state], Limit = limit, OldestFirst = oldestFirst }, cancel)).Items;
}

public sealed record HomeContents
{
    /// <summary>Null for whoever is of another tenant.</summary>
    public required HouseContents? House { get; init; }
    public required JobLine? OldestWaiting { get; init; }
    public required IReadOnlyList<JobLine> Running { get; init; }

    /// <summary>Completed, newest first.</summary>
    public required IReadOnlyList<JobLine> Fresh { get; init; }
    public required IReadOnlyList<JobLine> Failed { get; init; }

    /// <summary>How each pipeline went in the chosen window.</summary>
    public required StatisticsReport Report { get; init; }
}

/// <summary>What all tenants share.</summary>
/// <param name="PerMinute">Jobs that end in a minute; null while too little was seen.</param>
/// <param name="Beats">Jobs that ended in each of the last steps of <see cref="Pace"/>.</param>
/// <param name="Paused">Names of queues that stand still by order.</param>
/// <param name="Budgets">Empty for whoever may not see them.</param>
/// <param name="SpentTodayUsd">What services took for the house's own jobs on this day of UTC.</param>
public sealed record HouseContents(
    QueueCounts Total, double? PerMinute, IReadOnlyList<long> Beats, int Workers, IReadOnlyList<string> Paused, IReadOnlyList<BudgetState> Budgets, decimal SpentTodayUsd);
