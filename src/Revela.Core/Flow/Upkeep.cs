using Revela.Core.Queues;

namespace Revela.Core.Flow;

/// <summary>Which process does the upkeep of the store: one of all (<see cref="Duty"/>).</summary>
public sealed class Upkeep(IWorkerStore workers, WorkerInfo identity, WorkerOptions options, TimeProvider time) : IDisposable
{
    readonly Duty duty = new("upkeep", workers, identity, options, time);

    /// <summary>Whether this process does it now; asking often keeps it.</summary>
    public Task<bool> IsMine(CancellationToken cancel) => duty.IsMine(cancel);

    public void Dispose() => duty.Dispose();
}
