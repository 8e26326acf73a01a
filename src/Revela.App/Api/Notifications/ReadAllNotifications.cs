using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.App.Notifications;
using Revela.Core.Notices;

namespace Revela.App.Api.Notifications;

/// <summary>POST /api/v1/notifications/read.</summary>
public static class ReadAllNotifications
{
    [EndpointSummary("Mark all notifications as read")]
    [Refuses]
    public static async Task<NoContent> Handle(HttpContext http, INoticeStore notices, CancellationToken cancel)
    {
        await notices.Read(http.Recipient(), id: null, cancel);
        return TypedResults.NoContent();
    }
}
