using Revela.App.Accounts;
using Revela.Core.Accounts;

namespace Revela.App.Dashboard.Entrance;

/// <summary>POST /sign-out: ends the session that asks.</summary>
public static class TakeSignOut
{
    public static async Task<IResult> Handle(HttpContext http, SessionRing sessions, CancellationToken cancel)
    {
        if (http.Access() is { Actor.Kind: ActorKind.User, Presented: { } token }) await sessions.End(token, cancel);
        SessionCookie.Delete(http);
        return Answers.Go(http, Places.SignIn);
    }
}
