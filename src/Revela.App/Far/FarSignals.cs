using System.Globalization;
using Microsoft.Extensions.Hosting;
using Revela.App.Api.Work;
using Revela.App.Links;
using Revela.Core;
using Revela.Core.Queues;
using Revela.Storage.Signals.InProcess;

namespace Revela.App.Far;

/// <summary>The doorbells of a far worker: those inside it, and the server's, which it listens to as long as it lives.</summary>
sealed class FarSignals(FarServer server, TimeProvider time) : BackgroundService, ISignals
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(25), Margin = TimeSpan.FromSeconds(10);

    readonly InProcessSignals inside = new(time);

    public void Ring(params IReadOnlyCollection<Signal> signals) => inside.Ring(signals);

    public long Version(Signal signal) => inside.Version(signal);

    public Task<bool> Wait(Signal signal, long seen, TimeSpan atMost, CancellationToken cancel) => inside.Wait(signal, seen, atMost, cancel);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        var seen = "";
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var bell = await Hear(server, seen, Patience, stopping);
                seen = bell.Seen;
                if (bell.Work) inside.Ring(Signal.Work);
                if (bell.Orders) inside.Ring(Signal.Orders);
            }
            catch (Exception e) when (e is HttpRequestException or RevelaException or OutageException)
            {
                // A claim now and then does without the bell, and says what is wrong.
                await Task.Delay(TimeSpan.FromSeconds(2), time, stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    public static Task<BellView> Hear(FarServer server, string seen, TimeSpan wait, CancellationToken cancel) => server.Get<BellView>(
        string.Create(CultureInfo.InvariantCulture, $"{Linker.Root}/work/bell?seen={Uri.EscapeDataString(seen)}&wait={wait.TotalSeconds}"), wait + Margin, cancel);
}
