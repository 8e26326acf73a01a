using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Revela.Core.Items;
using Revela.Core.Queues;

namespace Revela.Core.Flow;

/// <summary>How long the items of a collection are kept, every tenant's, once nothing changes them any more.</summary>
public sealed record KeptItems(string Collection, TimeSpan For);

/// <summary>Erases items whose time is over, with their pictures and all that those led to (<see cref="Eraser"/>). One server does it for all; cut short, the next round goes on.</summary>
public sealed class ItemRetention(
    IReadOnlyList<KeptItems> rules, IItemStore items, Eraser eraser, IWorkerStore workers, WorkerInfo identity, WorkerOptions options, TimeProvider time, ILogger<ItemRetention> log)
    : BackgroundService
{
    const int Page = 100;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var duty = new Duty("item retention", workers, identity, options, time);
        using var timer = new PeriodicTimer(options.CleanEvery, time);
        do
        {
            try
            {
                if (!await duty.IsMine(stopping)) continue;
                foreach (var rule in rules) await Apply(rule, stopping);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Messages.UpkeepFailed(log, e, "Letting items go");
            }
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    async Task Apply(KeptItems rule, CancellationToken cancel)
    {
        while (true)
        {
            var old = await items.Unchanged(rule.Collection, time.GetUtcNow() - rule.For, Page, cancel);
            foreach (var item in old) await eraser.Erase(new EraseRequest(item.Tenant, [], null, (item.Collection, item.ExternalId), Copies: false), cancel);
            if (old.Count < Page) return;
        }
    }
}
