using Revela.App.Accounts;
using Revela.App.Api;
using Revela.Core.Accounts;

namespace Revela.App.Dashboard.Entrance;

/// <summary>GET /account: who is signed in, and how they change their password.</summary>
public static class ShowAccount
{
    public static Task<IResult> Handle(HttpContext http, IUserStore users, CancellationToken cancel) => With(http, users, refusal: null, cancel);

    /// <param name="refusal">Why the password stays as it was, in the viewer's words; null when nobody wanted to change it.</param>
    internal static async Task<IResult> With(HttpContext http, IUserStore users, string? refusal, CancellationToken cancel)
    {
        var user = http.Access().Actor is { Kind: ActorKind.User, Id: { } id } ? await users.Get(id, cancel) : null;
        return Page.Of<AccountScreen, AccountContents>(new AccountContents(user ?? throw Refusals.NotFound("person"), refusal), visit => visit.Say("account.title")) with
        {
            Status = refusal is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest,
        };
    }
}

/// <param name="Refusal">Why the password stays as it was; null when nobody wanted to change it.</param>
public sealed record AccountContents(User User, string? Refusal);
