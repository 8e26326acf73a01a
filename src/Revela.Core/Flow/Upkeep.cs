using Revela.Core.Queues;

namespace Revela.Core.Flow;

/// <summary>
/// Which process does the upkeep of the store: one of all, followed by another within seconds when it dies or freezes.
/// Whatever upkeep does may be cut short and done again, so for a moment two may do it.
/// </summary>
public sealed class Upkeep(IWorkerStore workers, WorkerInfo identity, WorkerOptions options, TimeProvider time) : IDisposable
{
    const string Duty = "upkeep";

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
            isMine = await workers.TakeDuty(Duty, identity.Id, 3 * options.RescueEvery, cancel);
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
