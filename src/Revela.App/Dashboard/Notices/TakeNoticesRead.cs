using Revela.App.Api;
using Revela.App.Notifications;
using Revela.Core.Notices;

namespace Revela.App.Dashboard.Notices;

/// <summary>POST /notifications/read and /notifications/{id}/read.</summary>
public static class TakeNoticesRead
{
    public static async Task<IResult> All(HttpContext http, INoticeStore notices, CancellationToken cancel)
    {
        await notices.Read(http.Recipient(), id: null, cancel);
        return Answers.Go(http, "/notifications");
    }

    public static async Task<IResult> One(Guid id, HttpContext http, INoticeStore notices, CancellationToken cancel)
    {
        if (!await notices.Read(http.Recipient(), id, cancel)) throw Refusals.NotFound("notification");
        return Answers.Go(http, "/notifications");
    }
}
