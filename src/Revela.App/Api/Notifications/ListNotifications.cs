using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Links;
using Revela.App.Notifications;
using Revela.Core.Notices;

namespace Revela.App.Api.Notifications;

/// <summary>GET /api/v1/notifications: what the one who asks was told.</summary>
public static class ListNotifications
{
    [EndpointSummary("List notifications")]
    [EndpointDescription("Of whoever asks, newest first, with the number that is unread. `unread` leaves the others out; `lang` (`en`, `es`) goes before `Accept-Language`.")]
    [Refuses(400)]
    public static async Task<Ok<NotificationPage>> Handle(bool? unread, string? lang, string? cursor, int? limit, HttpContext http, INoticeStore notices, CancellationToken cancel)
    {
        var (recipient, language, links) = (http.Recipient(), Words.LanguageOf(http.Request), Linker.For(http));
        // Counted first: what comes between the two is listed already, and never only counted.
        var count = await notices.Unread(recipient, cancel);
        var page = await notices.List(new NoticeQuery(http.Tenant(), recipient, unread ?? false, cursor, Refusals.PageSize(limit)), cancel);
        return TypedResults.Ok(new NotificationPage(count, [.. page.Items.Select(notice => NotificationView.Of(notice, language, links))], page.Next));
    }
}
