using Cronos;
using Revela.Core.Schedules;

namespace Revela.App.Schedules;

/// <summary>When a schedule is due: five cron fields in a time zone. A time that daylight saving skips comes right behind the gap, one that it repeats comes once.</summary>
public static class CronTime
{
    /// <summary>The first time after <paramref name="after"/>; null when there is none.</summary>
    public static DateTimeOffset? Next(Schedule schedule, DateTimeOffset after) =>
        CronExpression.Parse(schedule.Cron).GetNextOccurrence(after, TimeZoneInfo.FindSystemTimeZoneById(schedule.TimeZone))?.ToUniversalTime();

    /// <summary>What is wrong with an expression; null when nothing is.</summary>
    public static string? Mistake(string cron) => CronExpression.TryParse(cron, out _) ? null : "'cron' has five fields (minute, hour, day of month, month, day of week), such as 0 2 * * 1-5";

    public static bool IsZone(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out _);
}
