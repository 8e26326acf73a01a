using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Core.Queues;

namespace Revela.Core.Flow;

/// <summary>Makes jobs of what applications asked for inside transactions of their own, each once: a wish that comes again after a crash finds its job.</summary>
public sealed class WishTaker(
    IInbox inbox, IAssetStore assets, Submitter submitter, PipelineCatalog pipelines, ISignals signals, TimeProvider time, ILogger<WishTaker> log) : BackgroundService
{
    const int AtOnce = 200;

    static readonly TimeSpan Look = TimeSpan.FromSeconds(15), LookAfterFault = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        for (IReadOnlyList<Pipeline>? offered = null; !stopping.IsCancellationRequested;)
        {
            try
            {
                var all = pipelines.All;
                if (all != offered) await inbox.Offer(all, stopping);
                offered = all;
                var seen = signals.Version(Signal.Inbox);
                if (await inbox.Take(AtOnce, wishes => Task.WhenAll(wishes.Select(wish => Accept(wish, stopping))), stopping) == 0)
                    await signals.Wait(Signal.Inbox, seen, Look, stopping);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Messages.UpkeepFailed(log, e, "Taking what applications enqueued");
                await Task.Delay(LookAfterFault, time, stopping);
            }
        }
    }

    async Task Accept(Wish wish, CancellationToken cancel)
    {
        var asset = await assets.Get(wish.Tenant, wish.AssetId, cancel);
        var request = new SubmitRequest
        {
            Tenant = wish.Tenant,
            Assets = [asset ?? Gone(wish)],
            Pipeline = wish.Pipeline,
            Priority = wish.Priority,
            RunAt = wish.RunAt,
            Metadata = wish.Metadata,
            Tags = wish.Tags,
            ItemId = wish.ItemId,
            Fresh = wish.Fresh || asset is null,
            JobId = wish.JobId,
            IdempotencyKey = $"wish-{wish.JobId:D}",
        };
        try
        {
            await submitter.Submit(request, cancel);
        }
        catch (RevelaException again) when (again.Error.Code == ErrorCodes.IdempotencyMismatch)
        {
            // Its job was made before, and the picture was deleted since.
        }
    }

    // Deleted between the wish and now: the job is made all the same, and says so when it runs (law 2).
    Asset Gone(Wish wish) => new()
    {
        Id = wish.AssetId,
        Tenant = wish.Tenant,
        ObjectKey = "",
        ContentType = "",
        Bytes = 0,
        Sha256 = "",
        Width = 1,
        Height = 1,
        CreatedAt = time.GetUtcNow(),
    };
}
