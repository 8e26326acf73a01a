using Revela.App.Accounts;
using Revela.App.Api.Views;
using Revela.App.Dashboard.Jobs;
using Revela.App.Dashboard.Queues;
using Revela.Core.Accounts;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Core.Queues;

namespace Revela.App.Dashboard.Home;

/// <summary>GET /: what is happening now.</summary>
public sealed class ShowHome(IJobStore jobs, IAssetStore assets, IQueueStore queues, IWorkerStore workers, IBudgetStore budgets, Pace pace)
{
    const int Running = 12, Fresh = 12, Failed = 5;

    public static async Task<IResult> Handle(HttpContext http, ShowHome door, CancellationToken cancel) =>
        Page.Of<HomeScreen, HomeContents>(await door.Read(http.Access(), cancel));

    async Task<HomeContents> Read(Access access, CancellationToken cancel)
    {
        var tenant = access.Tenant;
        var ledger = await jobs.Ledger(cancel);
        return new HomeContents
        {
            Total = QueueCounts.Sum(ledger),
            PerMinute = pace.PerMinute(queue: null),
            Beats = pace.Beats(queue: null),
            OldestWaiting = (await List(tenant, JobState.Pending, 1, cancel, oldestFirst: true)).FirstOrDefault(),
            Running = await List(tenant, JobState.Processing, Running, cancel),
            Fresh = await List(tenant, JobState.Completed, Fresh, cancel),
            Failed = await List(tenant, JobState.Failed, Failed, cancel),
            Workers = (await workers.List(cancel)).Count,
            Paused = [.. (await queues.List(cancel)).Where(queue => queue.Paused).Select(queue => queue.Name)],
            Budgets = access.Allows(Scopes.Operate) ? await budgets.List(cancel) : [],
        };
    }

    async Task<IReadOnlyList<JobLine>> List(string tenant, JobState state, int limit, CancellationToken cancel, bool oldestFirst = false) =>
        (await JobLines.List(jobs, assets, new JobQuery { Tenant = tenant, States = [state], Limit = limit, OldestFirst = oldestFirst }, cancel)).Items;
}

public sealed record HomeContents
{
    public required QueueCounts Total { get; init; }

    /// <summary>Jobs that end in a minute; null while too little was seen.</summary>
    public required double? PerMinute { get; init; }

    /// <summary>Jobs that ended in each of the last steps of <see cref="Pace"/>.</summary>
    public required IReadOnlyList<long> Beats { get; init; }
    public required JobLine? OldestWaiting { get; init; }
    public required IReadOnlyList<JobLine> Running { get; init; }

    /// <summary>Completed, newest first.</summary>
    public required IReadOnlyList<JobLine> Fresh { get; init; }
    public required IReadOnlyList<JobLine> Failed { get; init; }
    public required int Workers { get; init; }

    /// <summary>Empty for whoever may not see them.</summary>
    public required IReadOnlyList<BudgetState> Budgets { get; init; }

    /// <summary>Names of queues that stand still by order.</summary>
    public required IReadOnlyList<string> Paused { get; init; }
}
