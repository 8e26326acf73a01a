using Revela.Core.Jobs;
using Revela.Core.Ledger;

namespace Revela.App.Dashboard.Queues;

/// <summary>How fast each queue goes: the ledger read every few seconds and remembered for some minutes, in this process only.</summary>
public sealed partial class Pace(IJobStore jobs, TimeProvider time, ILogger<Pace> log) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>Of the steps that <see cref="Beats"/> tells: five minutes.</summary>
    public const int Remembered = 60;

    /// <summary>What a rate is taken over: long enough for slow work, short enough to follow a change.</summary>
    const int RateOver = 12;

    readonly Lock gate = new();
    readonly Queue<Sample> samples = new();

    /// <summary>Jobs that ended in each step, oldest first; of all queues for null.</summary>
    public IReadOnlyList<long> Beats(string? queue)
    {
        var seen = Seen(queue);
        return [.. seen.Zip(seen.Skip(1), (before, after) => Math.Max(0, after - before))];
    }

    /// <summary>Jobs that end in a minute; null while too little was seen.</summary>
    public double? PerMinute(string? queue)
    {
        var beats = Beats(queue);
        if (beats.Count == 0) return null;
        var last = beats.TakeLast(RateOver).ToArray();
        return last.Sum() / (last.Length * Every.TotalMinutes);
    }

    /// <summary>How long it takes until nothing waits, if it goes on like this; null when nothing waits or nothing moves.</summary>
    public TimeSpan? UntilEmpty(string queue, long pending) =>
        pending > 0 && PerMinute(queue) is > 0 and var rate ? TimeSpan.FromMinutes(Math.Min(pending / rate, TimeSpan.FromDays(999).TotalMinutes)) : null;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do await Look(stopping);
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    /// <summary>One look at the ledger.</summary>
    public async Task Look(CancellationToken stopping)
    {
        try
        {
            var sample = new Sample((await jobs.Ledger(stopping)).ToDictionary(ledger => ledger.Queue, Ended));
            lock (gate)
            {
                samples.Enqueue(sample);
                if (samples.Count > Remembered + 1) samples.Dequeue();
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The store is away: the next look tells what ended meanwhile.
            NotSeen(log, e);
        }
    }

    long[] Seen(string? queue)
    {
        lock (gate) return [.. samples.Select(sample => queue is null ? sample.Ended.Values.Sum() : sample.Ended.GetValueOrDefault(queue))];
    }

    static long Ended(QueueLedger ledger) => ledger.Completed + ledger.Failed + ledger.Cancelled;

    [LoggerMessage(Level = LogLevel.Debug, Message = "The ledger could not be read")]
    static partial void NotSeen(ILogger log, Exception e);

    sealed record Sample(IReadOnlyDictionary<string, long> Ended);
}
