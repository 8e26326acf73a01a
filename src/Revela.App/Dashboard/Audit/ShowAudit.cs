using Revela.App.Accounts;
using Revela.Core.Accounts;
using Revela.Core.Jobs;

namespace Revela.App.Dashboard.Audit;

/// <summary>GET /audit: who did what.</summary>
public static class ShowAudit
{
    const int PageSize = 100, MaxText = 200;

    public static async Task<IResult> Handle(string? action, string? actor, string? cursor, HttpContext http, IAuditStore audit, CancellationToken cancel)
    {
        var (what, who) = (Text(action), Text(actor));
        var page = await audit.List(new AuditQuery(http.Tenant(), what, who, Text(cursor), PageSize), cancel);
        return Page.Of<AuditScreen, AuditContents>(new AuditContents(page, what, who, Text(cursor) is not null));
    }

    static string? Text(string? field) => field?.Trim() is { Length: > 0 and <= MaxText } text ? text : null;
}

/// <param name="IsLater">Whether this is not the first page.</param>
public sealed record AuditContents(Page<AuditEntry> Page, string? Action, string? Actor, bool IsLater);
