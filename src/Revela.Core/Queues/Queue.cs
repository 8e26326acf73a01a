namespace Revela.Core.Queues;

/// <summary>A named line of jobs, with limits that hold across all workers and change while they run.</summary>
public sealed record Queue
{
    public const string Default = "default";

    public required string Name { get; init; }
    public bool Paused { get; init; }

    /// <summary>Jobs at a time in one worker; null for the worker's own number of slots.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Jobs at a time in the whole fleet; null for no limit.</summary>
    public int? GlobalLimit { get; init; }

    /// <summary>Jobs begun per <see cref="RatePeriod"/> in the whole fleet; null for no limit.</summary>
    public int? RateLimit { get; init; }
    public TimeSpan RatePeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Least time between a job's end (of its attempt) and the next one's start, in the whole fleet.</summary>
    public TimeSpan MinGap { get; init; }

    /// <summary>Finished jobs kept, newest first; rows and bytes of the rest are deleted. Null keeps all.</summary>
    public int? KeepCompleted { get; init; }
    public int? KeepFailed { get; init; }

    /// <summary>How long finished jobs are kept. Null keeps them for ever.</summary>
    public TimeSpan? KeepFor { get; init; }
}

/// <summary>Settings of the queues, kept in the store; a queue exists from its first job or its first setting.</summary>
public interface IQueueStore
{
    Task<IReadOnlyList<Queue>> List(CancellationToken cancel);

    Task<Queue?> Get(string name, CancellationToken cancel);

    Task Save(Queue queue, CancellationToken cancel);

    /// <summary>Makes the queue with these settings unless it exists: a person's later change wins over a recipe's default.</summary>
    Task EnsureExists(Queue queue, CancellationToken cancel);
}
