using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core.Accounts;

namespace Revela.App.Api.Sessions;

/// <summary>GET /api/v1/session: who is asking.</summary>
public static class GetSession
{
    [EndpointSummary("Who am I")]
    [EndpointDescription("Of a session and of a key.")]
    [Refuses]
    public static Ok<SessionView> Handle(HttpContext http)
    {
        var access = http.Access();
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new SessionView(access.Actor, access.Tenant, ScopeNames.Of(access.Scopes), access.Until));
    }
}
