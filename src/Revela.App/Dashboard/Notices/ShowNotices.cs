using Revela.App.Accounts;
using Revela.App.Api.Views;
using Revela.App.Links;
using Revela.App.Notifications;
using Revela.Core.Jobs;
using Revela.Core.Notices;

namespace Revela.App.Dashboard.Notices;

/// <summary>GET /notifications: what the viewer was told.</summary>
public static class ShowNotices
{
    const int PageSize = 50;

    public static async Task<IResult> Handle(bool? unread, string? cursor, HttpContext http, INoticeStore notices, CancellationToken cancel)
    {
        var page = await notices.List(new NoticeQuery(http.Tenant(), http.Recipient(), unread ?? false, cursor, PageSize), cancel);
        var (language, links) = (Words.LanguageOf(http.Request), Linker.For(http));
        var lines = page.Items.Select(notice => new NoticeLine(NotificationView.Of(notice, language, links), JobOf(notice))).ToArray();
        return Page.Of<NoticesScreen, NoticesContents>(new NoticesContents(new Page<NoticeLine>(lines, page.Next), unread ?? false, cursor is not null));
    }

    // Whatever a notice is of, it may name the job that it comes from.
    static Guid? JobOf(Notice notice) => Guid.TryParse((notice.Data?["task_id"] ?? notice.Data?["job_id"])?.ToString(), out var job) ? job : null;
}

/// <param name="IsLater">Whether this is not the first page.</param>
public sealed record NoticesContents(Page<NoticeLine> Page, bool UnreadOnly, bool IsLater);

/// <param name="Job">That it speaks of; null when it speaks of none.</param>
public sealed record NoticeLine(NotificationView Notice, Guid? Job);
