using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.Core.Accounts;

namespace Revela.App.Api.Sessions;

/// <summary>DELETE /api/v1/session: signs out.</summary>
public static class EndSession
{
    [EndpointSummary("Sign out")]
    [EndpointDescription("The session that asks is over: at once here, within seconds at other servers of the same store.")]
    [Refuses(409)]
    public static async Task<NoContent> Handle(HttpContext http, SessionRing sessions, CancellationToken cancel)
    {
        var access = http.Access();
        if (access.Actor.Kind != ActorKind.User) throw Refusals.WrongState("This is a key, not a session: it can be revoked.");
        await sessions.End(access.Presented!, cancel);
        SessionCookie.Delete(http);
        return TypedResults.NoContent();
    }
}
