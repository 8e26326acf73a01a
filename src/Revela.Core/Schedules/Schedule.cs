using System.Text.Json.Nodes;

namespace Revela.Core.Schedules;

/// <summary>A submission that is made again and again, by the clock.</summary>
public sealed record Schedule
{
    public required Guid Id { get; init; }
    public required string Tenant { get; init; }

    /// <summary>Unique inside the tenant.</summary>
    public required string Name { get; init; }

    /// <summary>Five fields: minute, hour, day of month, month, day of week.</summary>
    public required string Cron { get; init; }

    /// <summary>IANA name of the zone that the fields are read in.</summary>
    public required string TimeZone { get; init; }

    /// <summary>What is submitted, as the API takes it.</summary>
    public required JsonObject Request { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is due; null while it is paused.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>How it went last; null before the first time.</summary>
    public ScheduleRun? Last { get; init; }
}

/// <summary>One time that a schedule was due.</summary>
/// <param name="At">When it was due.</param>
/// <param name="BatchId">What was submitted; null when nothing was.</param>
/// <param name="Error">Why nothing was; null otherwise.</param>
public sealed record ScheduleRun(DateTimeOffset At, Guid? BatchId, string? Error);

public interface IScheduleStore
{
    /// <summary>False when the tenant has one of this name.</summary>
    Task<bool> Add(Schedule schedule, CancellationToken cancel);

    Task<Schedule?> Get(string tenant, Guid id, CancellationToken cancel);

    /// <summary>By name.</summary>
    Task<IReadOnlyList<Schedule>> List(string tenant, CancellationToken cancel);

    Task<bool> Remove(string tenant, Guid id, CancellationToken cancel);

    /// <summary>Sets when it is due next, or pauses it for null. False when unknown.</summary>
    Task<bool> SetNext(string tenant, Guid id, DateTimeOffset? next, CancellationToken cancel);

    /// <summary>Those whose time has come, of all tenants.</summary>
    Task<IReadOnlyList<Schedule>> Due(DateTimeOffset now, CancellationToken cancel);

    /// <summary>Notes a run and when the next is due. False, and nothing is noted, when the schedule is no longer due at <paramref name="run"/>'s time.</summary>
    Task<bool> Ran(Guid id, ScheduleRun run, DateTimeOffset? next, CancellationToken cancel);
}
