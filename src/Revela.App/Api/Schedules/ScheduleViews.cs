using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Revela.Core.Schedules;

namespace Revela.App.Api.Schedules;

/// <summary>A submission that is made again and again.</summary>
/// <param name="NextAt">Null while it is paused.</param>
/// <param name="Last">How it went last; null before the first time.</param>
public sealed record ScheduleView(
    Guid Id, string Name, string Cron, string TimeZone, JsonObject Request,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? NextAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] ScheduleRun? Last)
{
    public static ScheduleView Of(Schedule schedule) =>
        new(schedule.Id, schedule.Name, schedule.Cron, schedule.TimeZone, (JsonObject)schedule.Request.DeepClone(), schedule.NextAt, schedule.Last);
}

public sealed record ScheduleList(IReadOnlyList<ScheduleView> Schedules);

/// <summary>A schedule to make.</summary>
public sealed record ScheduleBody
{
    public required string Name { get; init; }

    /// <summary>Minute, hour, day of month, month, day of week.</summary>
    public required string Cron { get; init; }

    /// <summary>IANA name; UTC when left out.</summary>
    public string? TimeZone { get; init; }

    /// <summary>What is submitted: the JSON body of a submission, or one with a <c>collection</c> of items in the place of pictures.</summary>
    public required JsonObject Request { get; init; }
}
