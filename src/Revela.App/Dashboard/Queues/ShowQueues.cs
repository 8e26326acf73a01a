using Revela.App.Api.Queues;
using Revela.App.Api.Views;
using Revela.Core.Jobs;
using Revela.Core.Queues;

namespace Revela.App.Dashboard.Queues;

/// <summary>GET /queues: depth, pace and limits of each.</summary>
public static class ShowQueues
{
    public static async Task<IResult> Handle(IQueueStore queues, IJobStore jobs, Pace pace, CancellationToken cancel)
    {
        var views = ListQueues.Views(await queues.List(cancel), await jobs.Ledger(cancel));
        return Page.Of<QueuesScreen, QueuesContents>(new QueuesContents(
            [.. views.Select(queue => new QueueLine(queue, pace.PerMinute(queue.Name), pace.UntilEmpty(queue.Name, queue.Counts.Pending), pace.Beats(queue.Name)))]));
    }
}

public sealed record QueuesContents(IReadOnlyList<QueueLine> Queues);

/// <param name="PerMinute">Jobs that end in a minute; null while too little was seen.</param>
/// <param name="UntilEmpty">If it goes on like this; null when nothing waits or nothing moves.</param>
public sealed record QueueLine(QueueView Queue, double? PerMinute, TimeSpan? UntilEmpty, IReadOnlyList<long> Beats);
