using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.App.Notifications;
using Revela.Core.Notices;

namespace Revela.App.Api.Notifications;

/// <summary>POST /api/v1/notifications/{id}/read.</summary>
public static class ReadNotification
{
    [EndpointSummary("Mark a notification as read")]
    [Refuses(404)]
    public static async Task<NoContent> Handle(Guid id, HttpContext http, INoticeStore notices, CancellationToken cancel) =>
        await notices.Read(http.Recipient(), id, cancel) ? TypedResults.NoContent() : throw Refusals.NotFound("notification");
}
