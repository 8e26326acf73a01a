using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Revela.Core.Events;
using Revela.Core.Queues;
using Revela.Core.Statistics;

namespace Revela.Core.Flow;

/// <summary>
/// Counts what ended, behind the hot path: it follows the events and adds a page of them to the counters in one commit, which also notes how far it came.
/// So each end counts once, whoever counts and whenever it dies. One process does it for all.
/// </summary>
public sealed class Statistician(
    IEventStore events, IStatisticsStore statistics, ISignals signals, Upkeep upkeep, WorkerOptions options, TimeProvider time, ILogger<Statistician> log)
    : BackgroundService
{
    /// <summary>The statistician's place in the events.</summary>
    public const string Reader = "statistics";

    const int Page = 1000;

    // Events come by the thousand where much is done: one commit for all of a moment.
    static readonly TimeSpan Rest = TimeSpan.FromSeconds(0.5);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var seen = signals.Version(Signal.Events);
            try
            {
                if (await upkeep.IsMine(stopping))
                    while (await Count(stopping) == Page) { }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Messages.UpkeepFailed(log, e, "Counting what ended");
            }
            await Task.Delay(Rest, time, stopping);
            await signals.Wait(Signal.Events, seen, options.RescueEvery, stopping);
        }
    }

    /// <summary>Counts the next page of events. How many there were.</summary>
    public async Task<int> Count(CancellationToken cancel)
    {
        var position = await events.Position(Reader, cancel);
        var page = await events.Read(position, Page, cancel);
        if (page.Count == 0) return 0;
        var final = page.Where(happened => EventTypes.IsFinal(happened.Type)).ToArray();
        var ended = (await statistics.Ended([.. final.Select(happened => happened.JobId).Distinct()], cancel)).ToDictionary(job => job.Id);
        var counting = new Counting();
        foreach (var happened in final) counting.Count(happened, ended.GetValueOrDefault(happened.JobId));
        await statistics.Add(Reader, position, page[^1].Id, counting.Counts, cancel);
        return page.Count;
    }
}
