using Revela.Core.Jobs;

namespace Revela.Core.Flow;

/// <summary>A job in this worker's hands: its claim, how far it is, and whether and why it must stop.</summary>
public sealed class RunningJob(ClaimedJob claimed, TimeProvider time) : IDisposable
{
    readonly CancellationTokenSource stop = new();
    readonly Lock gate = new();
    double progress;
    string? step;

    public ClaimedJob Claimed => claimed;
    public Guid Id => claimed.Job.Id;
    public long Lease => claimed.Lease;
    public CancellationToken Stopping => stop.Token;

    /// <summary>Why it was stopped; null while it runs, and for a worker that is being stopped.</summary>
    public StopReason? Reason { get; private set; }

    /// <summary>Last time at which the store confirmed the lease.</summary>
    public DateTimeOffset RenewedAt { get; set; } = time.GetUtcNow();

    /// <summary>Whether something was reported since the last <see cref="Report"/>.</summary>
    public bool HasNews { get; private set; }

    public void Advance(double fraction, string operation)
    {
        lock (gate)
        {
            HasNews |= operation != step || fraction - progress >= 0.01;
            progress = Math.Clamp(fraction, 0, 1);
            step = operation;
        }
    }

    public LeaseReport Report()
    {
        lock (gate)
        {
            HasNews = false;
            return new LeaseReport(Id, Lease, progress, step);
        }
    }

    public void Stop(StopReason? reason)
    {
        lock (gate)
        {
            if (stop.IsCancellationRequested) return;
            Reason = reason;
        }
        stop.Cancel();
    }

    public void Dispose() => stop.Dispose();
}
