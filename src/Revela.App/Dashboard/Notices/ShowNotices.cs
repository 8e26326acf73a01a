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
        var lines = page.Items.Select(notice => new NoticeLine(NotificationView.Of(notice, language, links), TopicOf(notice, http.Access()))).ToArray();
        return Page.Of<NoticesScreen, NoticesContents>(new NoticesContents(new Page<NoticeLine>(lines, page.Next), unread ?? false, cursor is not null));
    }

    static NoticeTopic? TopicOf(Notice notice, Access access)
    {
        if ((IdIn(notice, "task_id") ?? IdIn(notice, "job_id")) is { } job) return new NoticeTopic("notices.job", $"/jobs/{job:D}");
        if (IdIn(notice, "batch_id") is { } batch) return new NoticeTopic("notices.batch", $"/batches/{batch:D}");
        var place = notice.Kind.Split('.')[0] switch { "budget" or "provider" => Places.Costs, "webhook" => Places.Webhooks, _ => null };
        return place?.IsOpenTo(access) == true ? new NoticeTopic($"place.{place.Name}", place.Path) : null;
    }

    static Guid? IdIn(Notice notice, string name) => Guid.TryParse(notice.Data?[name]?.ToString(), out var id) ? id : null;
}

/// <param name="IsLater">Whether this is not the first page.</param>
public sealed record NoticesContents(Page<NoticeLine> Page, bool UnreadOnly, bool IsLater);

/// <param name="Topic">Null when it speaks of nothing that has a page.</param>
public sealed record NoticeLine(NotificationView Notice, NoticeTopic? Topic);

/// <summary>The page of what a notice speaks of.</summary>
/// <param name="Words">Key of the words that lead there.</param>
public sealed record NoticeTopic(string Words, string Address);
