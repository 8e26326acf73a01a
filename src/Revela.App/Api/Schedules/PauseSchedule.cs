using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.Core.Schedules;

namespace Revela.App.Api.Schedules;

/// <summary>POST /api/v1/schedules/{id}/pause.</summary>
public static class PauseSchedule
{
    [EndpointSummary("Pause a schedule")]
    [Refuses(404)]
    public static async Task<NoContent> Handle(Guid id, HttpContext http, IScheduleStore schedules, CancellationToken cancel) =>
        await schedules.SetNext(http.Tenant(), id, null, cancel) ? TypedResults.NoContent() : throw Refusals.NotFound("schedule");
}
