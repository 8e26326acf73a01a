using Revela.App.Api.Views;
using Revela.Core.Jobs;

namespace Revela.App.Dashboard.Home;

/// <summary>GET /: what is happening now.</summary>
public static class ShowHome
{
    public static async Task<IResult> Handle(IJobStore jobs, CancellationToken cancel) =>
        Page.Of<HomeScreen, HomeContents>(new HomeContents(QueueCounts.Sum(await jobs.Ledger(cancel))));
}

public sealed record HomeContents(QueueCounts Total);
