using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core.Accounts;

namespace Revela.App.Api.Audit;

/// <summary>GET /api/v1/audit: who did what.</summary>
public static class ListAudit
{
    [EndpointSummary("Read the audit log")]
    [EndpointDescription("Newest first. `action` and `actor` find one action or what one name did; `next` of a page is the `cursor` of the next.")]
    [Refuses(400)]
    public static async Task<Ok<AuditPage>> Handle(string? action, string? actor, string? cursor, int? limit, HttpContext http, IAuditStore audit, CancellationToken cancel)
    {
        var page = await audit.List(new AuditQuery(http.Tenant(), action, actor, cursor, Refusals.PageSize(limit)), cancel);
        return TypedResults.Ok(new AuditPage([.. page.Items.Select(AuditView.Of)], page.Next));
    }
}
