using System.Globalization;
using Microsoft.Extensions.Logging;
using Revela.Core.Queues;
using Revela.Storage.Signals.InProcess;

namespace Revela.Storage.Signals;

/// <summary>
/// Doorbells across all processes of a store. A ring is heard in this process at once and told to the others over the wire,
/// behind the commit that it is about: by the commit itself, or else in a message of its own; however many rings come while one is on its way, one more follows.
/// Where messages do not arrive (the wire is cut, or something between swallows them), every bell is rung now and then, so that only time is lost.
/// </summary>
public sealed class FleetSignals : ISignals, IAsyncDisposable
{
    // Each waits a little differently, so that processes do not look at the store in step.
    static readonly TimeSpan LookWhenDeaf = TimeSpan.FromSeconds(0.5), LookAnyway = TimeSpan.FromSeconds(5);
    static readonly TimeSpan FirstReconnect = TimeSpan.FromSeconds(0.5), LastReconnect = TimeSpan.FromSeconds(10), TellLimit = TimeSpan.FromSeconds(10);

    static readonly Signal[] All = Enum.GetValues<Signal>();

    readonly InProcessSignals bells;
    readonly IWire wire;
    readonly TimeProvider time;
    readonly ILogger log;
    readonly string self = Guid.NewGuid().ToString("N")[..12];
    readonly CancellationTokenSource stopping = new();
    readonly SemaphoreSlim wanted = new(0);
    readonly Task telling, listening, looking;
    int untold, carried;
    volatile bool hears;

    /// <param name="wire">Closed with the doorbells.</param>
    public FleetSignals(IWire wire, TimeProvider time, ILogger log)
    {
        bells = new InProcessSignals(time);
        this.wire = wire;
        this.time = time;
        this.log = log;
        telling = Task.Run(Tell);
        listening = Task.Run(Listen);
        looking = Task.Run(Look);
    }

    /// <summary>Whether messages of other processes arrive at once; without, they are noticed by looking.</summary>
    public bool Hears => hears;

    public void Ring(params IReadOnlyCollection<Signal> signals)
    {
        if (signals.Count == 0) return;
        bells.Ring(signals);
        if (Interlocked.Or(ref untold, Bits(signals)) == 0) wanted.Release();
    }

    /// <summary>The message about these signals, for a commit that takes it to the others itself, and is followed by <see cref="Carried"/>;
    /// null where none can, or one is just doing so: then <see cref="Ring"/> behind the commit tells them.</summary>
    public string? Entrust(IReadOnlyCollection<Signal> signals) =>
        wire.IsDatabase && signals.Count > 0 && Interlocked.Exchange(ref carried, 1) == 0 ? Message(Bits(signals)) : null;

    /// <summary>The commit has ended.</summary>
    /// <param name="signals">None when it failed, and the message with it.</param>
    public void Carried(params IReadOnlyCollection<Signal> signals)
    {
        Volatile.Write(ref carried, 0);
        bells.Ring(signals);
    }

    public long Version(Signal signal) => bells.Version(signal);

    public Task<bool> Wait(Signal signal, long seen, TimeSpan atMost, CancellationToken cancel) => bells.Wait(signal, seen, atMost, cancel);

    static int Bits(params IReadOnlyCollection<Signal> signals) => signals.Aggregate(0, (bits, signal) => bits | 1 << (int)signal);

    async Task Tell()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await wanted.WaitAsync(stopping.Token).ConfigureAwait(false);
                await Send(Interlocked.Exchange(ref untold, 0)).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The others will find it by looking.
                log.NotToldOthers(e);
            }
        }
    }

    async Task Send(int rung)
    {
        using var patience = new CancellationTokenSource(TellLimit, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token, patience.Token);
        await wire.Tell(Message(rung), limit.Token).ConfigureAwait(false);
    }

    string Message(int rung) => string.Create(CultureInfo.InvariantCulture, $"{self} {rung}");

    async Task Listen()
    {
        for (var pause = FirstReconnect; !stopping.IsCancellationRequested; pause = Longer(pause))
        {
            try
            {
                await wire.Hear(Heard, Listening, stopping.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                if (hears) (pause, hears) = (FirstReconnect, false);
                log.StoppedListening(e);
                await Pause(pause).ConfigureAwait(false);
            }
            catch (Exception)
            {
                return;
            }
        }
    }

    static TimeSpan Longer(TimeSpan pause) => pause * 2 < LastReconnect ? pause * 2 : LastReconnect;

    // Anything may have happened while nobody listened, and what this process could not tell is told now. That the message comes back proves that messages arrive.
    Task Listening()
    {
        bells.Ring(All);
        return Send(Bits(All));
    }

    void Heard(string message)
    {
        if (!hears) log.Hears();
        hears = true;
        var parts = message.Split(' ');
        if (parts.Length != 2 || parts[0] == self || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var rung)) return;
        bells.Ring(Array.FindAll(All, signal => (rung & Bits(signal)) != 0));
    }

    async Task Look()
    {
        while (!stopping.IsCancellationRequested)
        {
            await Pause(hears ? LookAnyway : LookWhenDeaf).ConfigureAwait(false);
            bells.Ring(All);
        }
    }

    async Task Pause(TimeSpan wait)
    {
        try
        {
            await Task.Delay(wait * (0.75 + 0.5 * Random.Shared.NextDouble()), time, stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(telling, listening, looking).ConfigureAwait(false);
        await wire.DisposeAsync().ConfigureAwait(false);
        stopping.Dispose();
        wanted.Dispose();
    }
}

static partial class FleetSignalsLog
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Could not tell other processes that there is news; they will look by themselves")]
    public static partial void NotToldOthers(this ILogger log, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Does not hear other processes; looking at the store instead until the connection is back")]
    public static partial void StoppedListening(this ILogger log, Exception fault);

    [LoggerMessage(Level = LogLevel.Information, Message = "Hears other processes")]
    public static partial void Hears(this ILogger log);
}
