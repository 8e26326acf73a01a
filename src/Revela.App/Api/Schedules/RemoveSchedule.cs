using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.Core.Schedules;

namespace Revela.App.Api.Schedules;

/// <summary>DELETE /api/v1/schedules/{id}.</summary>
public static class RemoveSchedule
{
    [EndpointSummary("Remove a schedule")]
    [EndpointDescription("What it has submitted stays.")]
    [Refuses(404)]
    public static async Task<NoContent> Handle(Guid id, HttpContext http, IScheduleStore schedules, CancellationToken cancel) =>
        await schedules.Remove(http.Tenant(), id, cancel) ? TypedResults.NoContent() : throw Refusals.NotFound("schedule");
}
