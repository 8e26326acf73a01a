using Revela.Core.Queues;

namespace Revela.Core.Flow;

/// <summary>
/// Work that one process does for the whole store, followed by another within seconds when it dies or freezes.
/// For a moment two may do it, so whatever is a duty may be cut short and done again.
/// </summary>
public sealed class Duty(string name, IWorkerStore workers, WorkerInfo identity, WorkerOptions options, TimeProvider time) : IDisposable
{
    readonly SemaphoreSlim one = new(1, 1);
    DateTimeOffset askedAt;
    bool isMine;

    /// <summary>Whether this process does it now; asking often keeps it.</summary>
    public async Task<bool> IsMine(CancellationToken cancel)
    {
        await one.WaitAsync(cancel);
        try
        {
            var now = time.GetUtcNow();
            if (isMine && now - askedAt < options.RescueEvery / 2) return true;
            isMine = await workers.TakeDuty(name, identity.Id, 3 * options.RescueEvery, cancel);
            askedAt = now;
            return isMine;
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();
}
