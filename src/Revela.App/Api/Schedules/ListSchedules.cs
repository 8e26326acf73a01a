using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.Core.Schedules;

namespace Revela.App.Api.Schedules;

/// <summary>GET /api/v1/schedules.</summary>
public static class ListSchedules
{
    [EndpointSummary("List schedules")]
    [EndpointDescription("With how each went last.")]
    [Refuses]
    public static async Task<Ok<ScheduleList>> Handle(HttpContext http, IScheduleStore schedules, CancellationToken cancel) =>
        TypedResults.Ok(new ScheduleList([.. (await schedules.List(http.Tenant(), cancel)).Select(ScheduleView.Of)]));
}
