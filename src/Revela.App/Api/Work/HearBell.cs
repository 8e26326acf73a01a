using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.Core.Queues;

namespace Revela.App.Api.Work;

/// <summary>GET /api/v1/work/bell: waits until there may be work, or an order for a running job.</summary>
public sealed class HearBell(ISignals signals, RevelaOptions options, IHostApplicationLifetime lifetime)
{
    [EndpointSummary("Wait for work")]
    [EndpointDescription("Answers as soon as something has rung since `seen`, or after `wait` seconds (0 by default). A ring is a hint: a claim says whether there is work. What was `seen` at another server counts as rung.")]
    [Refuses(400)]
    public static async Task<Ok<BellView>> Handle(string? seen, double? wait, HearBell door, CancellationToken cancel)
    {
        WorkBodies.Require(wait is null or >= 0, "'wait' must be a number of seconds.");
        return TypedResults.Ok(await door.Wait(seen, TimeSpan.FromSeconds(Math.Min(wait ?? 0, door.longest.TotalSeconds)), cancel));
    }

    readonly TimeSpan longest = options.MaxWait;

    async Task<BellView> Wait(string? seen, TimeSpan atMost, CancellationToken cancel)
    {
        var (work, orders) = (signals.Version(Signal.Work), signals.Version(Signal.Orders));
        if (seen == Spell(work, orders) && atMost > TimeSpan.Zero) await Rung(work, orders, atMost, cancel);
        var (workNow, ordersNow) = (signals.Version(Signal.Work), signals.Version(Signal.Orders));
        var isKnown = seen == Spell(work, orders);
        return new BellView(Spell(workNow, ordersNow), !isKnown || workNow != work, !isKnown || ordersNow != orders);
    }

    // Ends with the server, too: a worker shall find another one, not hang on this.
    async Task Rung(long work, long orders, TimeSpan atMost, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, lifetime.ApplicationStopping);
        var waits = new[] { signals.Wait(Signal.Work, work, atMost, stop.Token), signals.Wait(Signal.Orders, orders, atMost, stop.Token) };
        await Task.WhenAny(waits);
        await stop.CancelAsync();
        await Task.WhenAll(waits).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        cancel.ThrowIfCancellationRequested();
    }

    static string Spell(long work, long orders) => string.Create(CultureInfo.InvariantCulture, $"{work}-{orders}");
}
