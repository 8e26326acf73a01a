using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Schedules;
using Revela.Core.Schedules;

namespace Revela.App.Api.Schedules;

/// <summary>POST /api/v1/schedules/{id}/resume.</summary>
public static class ResumeSchedule
{
    [EndpointSummary("Resume a schedule")]
    [EndpointDescription("With the next time that it names. With `now=true` it is due at once, too.")]
    [Refuses(404)]
    public static async Task<NoContent> Handle(Guid id, bool? now, HttpContext http, IScheduleStore schedules, TimeProvider time, CancellationToken cancel)
    {
        var schedule = await schedules.Get(http.Tenant(), id, cancel) ?? throw Refusals.NotFound("schedule");
        var next = now == true ? time.GetUtcNow() : CronTime.Next(schedule, time.GetUtcNow());
        return await schedules.SetNext(http.Tenant(), id, next, cancel) ? TypedResults.NoContent() : throw Refusals.NotFound("schedule");
    }
}
