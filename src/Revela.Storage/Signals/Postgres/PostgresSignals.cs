using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;
using Revela.Core.Queues;
using Revela.Storage.Signals.InProcess;

namespace Revela.Storage.Signals.Postgres;

/// <summary>
/// Doorbells across all processes of a database, by LISTEN and NOTIFY. A ring is heard in this process at once and told to the others
/// behind the commit that it is about, by a connection of its own: however many rings come while one message is on its way, one more follows.
/// Where messages do not arrive (a pooler between, the listener cut off), every bell is rung now and then, so that only time is lost.
/// </summary>
public sealed class PostgresSignals : ISignals, IAsyncDisposable
{
    const string Channel = "revela";

    // Each waits a little differently, so that processes do not look at the store in step.
    static readonly TimeSpan LookWhenDeaf = TimeSpan.FromSeconds(0.5), LookAnyway = TimeSpan.FromSeconds(5), Reconnect = TimeSpan.FromSeconds(1);

    readonly InProcessSignals bells;
    readonly NpgsqlDataSource source;
    readonly TimeProvider time;
    readonly ILogger log;
    readonly string self = Guid.NewGuid().ToString("N")[..12];
    readonly CancellationTokenSource stopping = new();
    readonly SemaphoreSlim wanted = new(0);
    readonly Task telling, listening, looking;
    int untold;
    volatile bool hears;

    /// <param name="source">Of the database; a pool of its own or shared.</param>
    public PostgresSignals(NpgsqlDataSource source, TimeProvider time, ILogger log)
    {
        bells = new InProcessSignals(time);
        this.source = source;
        this.time = time;
        this.log = log;
        telling = Task.Run(Tell);
        listening = Task.Run(Listen);
        looking = Task.Run(Look);
    }

    /// <summary>Whether messages of other processes arrive at once; without, they are noticed by looking.</summary>
    public bool Hears => hears;

    public void Ring(Signal signal)
    {
        bells.Ring(signal);
        if (Interlocked.Or(ref untold, 1 << (int)signal) == 0) wanted.Release();
    }

    public long Version(Signal signal) => bells.Version(signal);

    public Task<bool> Wait(Signal signal, long seen, TimeSpan atMost, CancellationToken cancel) => bells.Wait(signal, seen, atMost, cancel);

    async Task Tell()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await wanted.WaitAsync(stopping.Token).ConfigureAwait(false);
                await Notify(Interlocked.Exchange(ref untold, 0)).ConfigureAwait(false);
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

    async Task Notify(int rung)
    {
        await using var command = source.CreateCommand("SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Channel });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = string.Create(CultureInfo.InvariantCulture, $"{self} {rung}") });
        await command.ExecuteNonQueryAsync(stopping.Token).ConfigureAwait(false);
    }

    async Task Listen()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await Hear().ConfigureAwait(false);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                if (hears) log.StoppedListening(e);
                hears = false;
                await Pause(Reconnect).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    async Task Hear()
    {
        await using var connection = await source.OpenConnectionAsync(stopping.Token).ConfigureAwait(false);
        connection.Notification += (_, message) => Heard(message.Payload);
        await using (var command = new NpgsqlCommand($"LISTEN {Channel}", connection)) await command.ExecuteNonQueryAsync(stopping.Token).ConfigureAwait(false);
        // Over another connection: a pooler between would give this one its own message back at once, and no other ever.
        await Notify(0).ConfigureAwait(false);
        // Anything may have happened while nobody listened.
        RingAll();
        while (true) await connection.WaitAsync(stopping.Token).ConfigureAwait(false);
    }

    // The first message is this process's own: that it arrives proves that messages do.
    void Heard(string message)
    {
        hears = true;
        var parts = message.Split(' ');
        if (parts.Length != 2 || parts[0] == self || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var rung)) return;
        foreach (var signal in Enum.GetValues<Signal>())
            if ((rung & 1 << (int)signal) != 0) bells.Ring(signal);
    }

    async Task Look()
    {
        while (!stopping.IsCancellationRequested)
        {
            await Pause((hears ? LookAnyway : LookWhenDeaf) * (0.75 + 0.5 * Random.Shared.NextDouble())).ConfigureAwait(false);
            RingAll();
        }
    }

    void RingAll()
    {
        foreach (var signal in Enum.GetValues<Signal>()) bells.Ring(signal);
    }

    async Task Pause(TimeSpan wait)
    {
        try
        {
            await Task.Delay(wait, time, stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(telling, listening, looking).ConfigureAwait(false);
        stopping.Dispose();
        wanted.Dispose();
    }
}

static partial class PostgresSignalsLog
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Could not tell other processes that there is news; they will look by themselves")]
    public static partial void NotToldOthers(this ILogger log, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stopped hearing other processes; looking at the store instead until the connection is back")]
    public static partial void StoppedListening(this ILogger log, Exception fault);
}
