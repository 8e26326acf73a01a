using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Core.Queues;

namespace Revela.App.Api.Queues;

/// <summary>GET /api/v1/queues: settings and depth of each.</summary>
public static class ListQueues
{
    [EndpointSummary("List queues")]
    [EndpointDescription("Settings and counters of every queue.")]
    public static async Task<Ok<QueueList>> Handle(IQueueStore queues, IJobStore jobs, CancellationToken cancel) =>
        TypedResults.Ok(new QueueList(Views(await queues.List(cancel), await jobs.Ledger(cancel))));

    /// <summary>By name; a queue that has jobs but no settings yet is there with the defaults.</summary>
    public static IReadOnlyList<QueueView> Views(IReadOnlyList<Queue> queues, IReadOnlyList<QueueLedger> ledgers)
    {
        var counts = ledgers.ToDictionary(ledger => ledger.Queue);
        var unset = ledgers.Where(ledger => queues.All(queue => queue.Name != ledger.Queue)).Select(ledger => new Queue { Name = ledger.Queue });
        return [.. queues.Concat(unset).OrderBy(queue => queue.Name, StringComparer.Ordinal).Select(queue => QueueView.Of(queue, counts.GetValueOrDefault(queue.Name)))];
    }

    /// <summary>One queue as clients read it.</summary>
    public static async Task<QueueView> View(Queue queue, IJobStore jobs, CancellationToken cancel) =>
        QueueView.Of(queue, (await jobs.Ledger(cancel)).FirstOrDefault(ledger => ledger.Queue == queue.Name));
}
