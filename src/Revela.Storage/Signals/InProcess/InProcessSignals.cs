using Revela.Core.Queues;

namespace Revela.Storage.Signals.InProcess;

/// <summary>Doorbells inside one process.</summary>
public sealed class InProcessSignals(TimeProvider time) : ISignals
{
    readonly Bell[] bells = [.. Enum.GetValues<Signal>().Select(_ => new Bell())];

    public void Ring(params IReadOnlyCollection<Signal> signals)
    {
        foreach (var signal in signals) bells[(int)signal].Ring();
    }

    public long Version(Signal signal) => bells[(int)signal].Version;

    public async Task<bool> Wait(Signal signal, long seen, TimeSpan atMost, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var rung = bells[(int)signal].After(seen);
        await rung.WaitAsync(Bounded(atMost), time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancel.ThrowIfCancellationRequested();
        return rung.IsCompleted;
    }

    // A timer takes no more than 49 days and nothing below zero.
    static TimeSpan Bounded(TimeSpan wait) =>
        wait <= TimeSpan.Zero ? TimeSpan.Zero : wait < TimeSpan.FromDays(1) ? wait : TimeSpan.FromDays(1);

    sealed class Bell
    {
        readonly Lock gate = new();
        TaskCompletionSource? waiters;
        long version;

        public long Version => Interlocked.Read(ref version);

        public void Ring()
        {
            TaskCompletionSource? woken;
            lock (gate)
            {
                version++;
                woken = waiters;
                waiters = null;
            }
            woken?.SetResult();
        }

        public Task After(long seen)
        {
            lock (gate)
            {
                if (version > seen) return Task.CompletedTask;
                waiters ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return waiters.Task;
            }
        }
    }
}
