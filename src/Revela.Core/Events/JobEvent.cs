using System.Text.Json.Nodes;

namespace Revela.Core.Events;

/// <summary>What happened to a job, numbered; all that dashboards, webhooks and brokers may read.</summary>
/// <param name="Id">Grows in the order in which events become readable: a reader that has seen n misses nothing at or below n.</param>
public sealed record JobEvent(long Id, string Type, string Tenant, Guid JobId, Guid? BatchId, string Queue, DateTimeOffset At, JsonObject? Data);

public static class EventTypes
{
    public const string Accepted = "job.accepted";
    public const string Started = "job.started";
    public const string Progress = "job.progress";
    public const string Checkpointed = "job.checkpointed";

    /// <summary>Waits for its next attempt, after an error, a crash, a loss or an outage.</summary>
    public const string Waiting = "job.waiting";
    public const string Parked = "job.parked";
    public const string Completed = "job.completed";
    public const string Failed = "job.failed";
    public const string Cancelled = "job.cancelled";

    public static IReadOnlyList<string> All { get; } = [Accepted, Started, Progress, Checkpointed, Waiting, Parked, Completed, Failed, Cancelled];

    /// <summary>Those that tell that a job has ended.</summary>
    public static IReadOnlyList<string> Final { get; } = [Completed, Failed, Cancelled];

    public static bool IsFinal(string type) => type is Completed or Failed or Cancelled;
}

public interface IEventStore
{
    /// <summary>Events after an id, oldest first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<JobEvent>> Read(long after, int limit, CancellationToken cancel);

    /// <summary>Those of one job.</summary>
    Task<IReadOnlyList<JobEvent>> ReadJob(string tenant, Guid jobId, long after, int limit, CancellationToken cancel);

    /// <summary>The newest id; 0 when there was none yet.</summary>
    Task<long> LastId(CancellationToken cancel);

    /// <summary>Deletes events older than a time. How many.</summary>
    Task<int> Prune(DateTimeOffset before, int limit, CancellationToken cancel);

    /// <summary>How far a reader has come, who reads every event for others; 0 at first.</summary>
    Task<long> Position(string reader, CancellationToken cancel);

    /// <summary>Notes that a reader has come from one id to another. False, and nothing is noted, when it stands elsewhere by now: another process reads for it too.</summary>
    Task<bool> Advance(string reader, long from, long to, CancellationToken cancel);
}
