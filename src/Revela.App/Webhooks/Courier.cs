using Revela.Core.Flow;
using Revela.Core.Queues;
using Revela.Core.Webhooks;

namespace Revela.App.Webhooks;

/// <summary>
/// Carries messages to their receivers: takes those that are due under a lease, sends them side by side and notes how it went. What it holds when it dies is
/// taken by another once the lease ends, and arrives with the same id.
/// </summary>
public sealed class Courier(IDeliveryStore deliveries, WebhookClient client, WebhookOptions options, ISignals signals, TimeProvider time, ILogger<Courier> log) : BackgroundService
{
    const int AtOnce = 16, AtOnceToOne = 4;

    static readonly TimeSpan Margin = TimeSpan.FromSeconds(10), ShortestWait = TimeSpan.FromSeconds(0.25), LongestWait = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        var running = new HashSet<Task>();
        while (!stopping.IsCancellationRequested)
        {
            var seen = signals.Version(Signal.Events);
            var taken = await Take(running, stopping);
            if (taken == 0 || running.Count == AtOnce) await WaitForMore(running, seen, stopping);
            running.RemoveWhere(task => task.IsCompleted);
        }
        await Task.WhenAll(running);
    }

    async Task<int> Take(HashSet<Task> running, CancellationToken stopping)
    {
        try
        {
            var claimed = await deliveries.Claim(AtOnce - running.Count, AtOnceToOne, options.Timeout + Margin, stopping);
            foreach (var one in claimed) running.Add(Carry(one, stopping));
            return claimed.Count;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(e, "be taken");
            return 0;
        }
    }

    async Task Carry(ClaimedDelivery claimed, CancellationToken stopping)
    {
        try
        {
            var (made, retryAfter) = await client.Send(claimed, stopping);
            var outcome = DeliverySchedule.Judge(claimed, made, retryAfter, claimed.Delivery.Tries + 1, Random.Shared.NextDouble(), options.DisableAfter);
            CrashPoints.Reach(CrashPoint.WebhookSent);
            // Also when this process is asked to stop: or the receiver would get the same once more.
            await deliveries.Settle(outcome, CancellationToken.None);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Sent again when the lease ends.
        }
        catch (Exception e)
        {
            LogFailed(e, "be sent or noted");
        }
    }

    async Task WaitForMore(HashSet<Task> running, long seen, CancellationToken stopping)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var bell = Ring(seen, stop.Token);
        await Task.WhenAny([bell, .. running]);
        await stop.CancelAsync();
        await bell;
    }

    // Until something new may be due, or what waits is.
    async Task Ring(long seen, CancellationToken cancel)
    {
        try
        {
            var due = await deliveries.NextDue(cancel) - time.GetUtcNow() ?? LongestWait;
            await signals.Wait(Signal.Events, seen, due < ShortestWait ? ShortestWait : due > LongestWait ? LongestWait : due, cancel);
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception e)
        {
            LogFailed(e, "be looked for");
            await Task.Delay(ShortestWait, time, CancellationToken.None);
        }
    }

    void LogFailed(Exception e, string what) => log.LogWarning(e, "Webhooks could not {What}; trying again", what);
}
