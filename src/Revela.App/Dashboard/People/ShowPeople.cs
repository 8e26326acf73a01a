using Revela.App.Accounts;
using Revela.Core.Accounts;

namespace Revela.App.Dashboard.People;

/// <summary>GET /people: who may sign in, and as what.</summary>
public static class ShowPeople
{
    public static async Task<IResult> Handle(HttpContext http, IUserStore users, CancellationToken cancel) => await With(http, users, fresh: null, cancel);

    /// <param name="fresh">A password that was made now: shown this once.</param>
    internal static async Task<IResult> With(HttpContext http, IUserStore users, FreshPassword? fresh, CancellationToken cancel) =>
        Page.Of<PeopleScreen, PeopleContents>(new PeopleContents(await users.List(http.Tenant(), cancel), fresh, http.Access().Actor.Id));
}

/// <param name="Self">The viewer's own id; null for a key.</param>
public sealed record PeopleContents(IReadOnlyList<User> People, FreshPassword? Fresh, Guid? Self);

public sealed record FreshPassword(string Email, string Password);
