using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Revela.Core.Notices;
using Revela.Core.Queues;

namespace Revela.Core.Flow;

/// <summary>Tells people how the jobs that they wait for have ended, at once while it runs and later what ended while nobody did.</summary>
public sealed class Notifier(INoticeStore notices, ISignals signals, TimeProvider time, ILogger<Notifier> log) : BackgroundService
{
    // Events come by the thousand where much is done: people are told within a moment, by one look for all of them.
    static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(200), LookAnyway = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var seen = signals.Version(Signal.Events);
            try
            {
                await notices.Tell(stopping);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Messages.UpkeepFailed(log, e, "Telling people");
            }
            await Task.Delay(Rest, time, stopping);
            await signals.Wait(Signal.Events, seen, LookAnyway, stopping);
        }
    }
}
