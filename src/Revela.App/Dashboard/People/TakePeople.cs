using Revela.App.Accounts;
using Revela.App.Api;
using Revela.Core.Accounts;

namespace Revela.App.Dashboard.People;

/// <summary>POST /people, /people/{id} and /people/{id}/password: what the API does, asked for by a form. Passwords are made here and shown once.</summary>
public sealed class TakePeople(IUserStore users, UserBook book, AuditLog audit)
{
    public static Task<IResult> Add(HttpContext http, TakePeople door, CancellationToken cancel) => door.Add(http, cancel);

    public static Task<IResult> Change(Guid id, HttpContext http, TakePeople door, CancellationToken cancel) => door.Change(id, http, cancel);

    public static Task<IResult> Renew(Guid id, HttpContext http, TakePeople door, CancellationToken cancel) => door.Renew(id, http, cancel);

    async Task<IResult> Add(HttpContext http, CancellationToken cancel)
    {
        var form = http.Request.Form;
        var password = Passwords.New();
        var name = form["name"].ToString() is { Length: > 0 } given ? given : null;
        var user = await book.Add(http.Tenant(), form["email"], name, password, RoleNames.Parse(form["role"]) ?? Role.Viewer, cancel);
        await audit.Note(http, "user.add", user.Id.ToString("D"));
        return await ShowPeople.With(http, users, new FreshPassword(user.Email, password), cancel);
    }

    async Task<IResult> Change(Guid id, HttpContext http, CancellationToken cancel)
    {
        var form = http.Request.Form;
        bool? disabled = bool.TryParse(form["disabled"], out var wanted) ? wanted : null;
        await book.Change(await Find(id, http, cancel), name: null, password: null, RoleNames.Parse(form["role"]), disabled, cancel);
        return Answers.Go(http, "/people", "people.changed");
    }

    async Task<IResult> Renew(Guid id, HttpContext http, CancellationToken cancel)
    {
        var password = Passwords.New();
        var user = await book.Change(await Find(id, http, cancel), name: null, password, role: null, disabled: null, cancel);
        return await ShowPeople.With(http, users, new FreshPassword(user.Email, password), cancel);
    }

    // Nobody locks themselves out here.
    async Task<User> Find(Guid id, HttpContext http, CancellationToken cancel)
    {
        if (id == http.Access().Actor.Id) throw Refusals.WrongState("This is you: somebody else must change it.");
        return await users.Get(id, cancel) is { } user && user.Tenant == http.Tenant() ? user : throw Refusals.NotFound("person");
    }
}
