namespace Revela.Core.Queues;

/// <summary>A process that claims jobs, as it registered itself.</summary>
/// <param name="Id">Unique per process start: host, boot, process id and start time.</param>
/// <param name="Host">Machine and boot: a worker on the same one can be asked the kernel about.</param>
/// <param name="ProcessStart">The kernel's start time of the process, so that a reused id is not mistaken for it.</param>
public sealed record WorkerInfo(string Id, string Host, int ProcessId, long ProcessStart, DateTimeOffset StartedAt, DateTimeOffset SeenAt, int Megabytes)
{
    /// <summary>It was ordered to take no further job: it ends what it holds. For as long as this process lives, or until it is ordered back.</summary>
    public bool Drains { get; init; }
}

public interface IWorkerStore
{
    /// <summary>Registers the worker or notes that it is alive; what it was ordered stays.</summary>
    Task Save(WorkerInfo worker, CancellationToken cancel);

    Task<IReadOnlyList<WorkerInfo>> List(CancellationToken cancel);

    /// <summary>Gives the worker no further job from now on, or jobs again. False when it is unknown.</summary>
    Task<bool> Drain(string workerId, bool drains, CancellationToken cancel);

    /// <summary>Forgets the worker and lets go of its duties.</summary>
    Task Remove(string workerId, CancellationToken cancel);

    /// <summary>Takes or keeps a duty that one process does for the whole store. False while another holds it, until the time that one asked for is over.</summary>
    Task<bool> TakeDuty(string duty, string workerId, TimeSpan holdFor, CancellationToken cancel);
}
