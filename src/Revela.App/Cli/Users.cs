using System.CommandLine;
using System.Globalization;
using Revela.App.Accounts;
using Revela.Core.Accounts;
using Revela.Storage;

namespace Revela.App.Cli;

/// <summary><c>revela users</c>: list, add and change people in the store itself, with or without a running server.</summary>
sealed class Users(Terminal terminal)
{
    const string RoleNames = "viewer, submitter, operator or admin";

    readonly Option<string> data = CommonOptions.Data();
    readonly Option<string> tenant = new("--tenant") { Description = "Whose pictures they see", HelpName = "NAME", DefaultValueFactory = _ => KeyRing.DefaultTenant };
    readonly Option<bool> generate = new("--generate") { Description = "Make a password and print it, instead of asking for one (or reading it from standard input)" };
    readonly Argument<string> email = new("email") { Description = "What they sign in with" };
    readonly Option<string?> name = new("--name") { Description = "What they are called (default: the email)" };
    readonly Argument<Role> role = new("role") { Description = RoleNames };
    readonly Option<Role> firstRole = new("--role") { Description = RoleNames, HelpName = "ROLE", DefaultValueFactory = _ => Role.Viewer };

    public Command Verb()
    {
        var verb = new Command("users", "List, add and change people");
        verb.Add(With(new Command("list", "Everybody") { data }, List));
        verb.Add(With(new Command("add", "Let somebody sign in") { email, firstRole, name, tenant, generate, data }, Add));
        verb.Add(With(new Command("passwd", "Give somebody a new password; ends their sessions and any lockout") { email, generate, data }, SetPassword));
        verb.Add(With(new Command("role", "Change what somebody may do") { email, role, data }, SetRole));
        verb.Add(With(new Command("disable", "Let somebody in no more; ends their sessions") { email, data }, (parsed, cancel) => SetDisabled(parsed, true, cancel)));
        verb.Add(With(new Command("enable", "Let somebody in again") { email, data }, (parsed, cancel) => SetDisabled(parsed, false, cancel)));
        return verb;
    }

    static Command With(Command command, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        command.SetAction(action);
        return command;
    }

    async Task<int> List(ParseResult parsed, CancellationToken cancel)
    {
        await using var store = await Open(parsed, cancel);
        terminal.PrintTable(["EMAIL", "NAME", "ROLE", "TENANT", "LAST SIGN-IN", "DISABLED"], (await store.Users.List(tenant: null, cancel)).Select(Row));
        return ExitCode.Ok;
    }

    static string[] Row(User user) => [user.Email, user.Name, Spell(user.Role), user.Tenant, Day(user.SignedInAt), Day(user.DisabledAt)];

    static string Spell(Role role) => role.ToString().ToLowerInvariant();

    static string Day(DateTimeOffset? time) => time?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "-";

    async Task<int> Add(ParseResult parsed, CancellationToken cancel)
    {
        await using var store = await Open(parsed, cancel);
        var password = Password(parsed);
        var user = await Book(store).Add(
            parsed.GetRequiredValue(tenant), parsed.GetRequiredValue(email), parsed.GetValue(name), password, parsed.GetRequiredValue(firstRole), cancel);
        await Note(store, user, "user.add", cancel);
        Tell(parsed, password, $"{user.Email} may sign in as {Spell(user.Role)}.");
        return ExitCode.Ok;
    }

    async Task<int> SetPassword(ParseResult parsed, CancellationToken cancel)
    {
        await using var store = await Open(parsed, cancel);
        var user = await Find(store, parsed, cancel);
        var password = Password(parsed);
        await Book(store).Change(user, name: null, password, role: null, disabled: null, cancel);
        await Note(store, user, "user.password", cancel);
        Tell(parsed, password, $"{user.Email} has a new password; sessions begun with the old one end within seconds.");
        return ExitCode.Ok;
    }

    async Task<int> SetRole(ParseResult parsed, CancellationToken cancel)
    {
        await using var store = await Open(parsed, cancel);
        var user = await Book(store).Change(await Find(store, parsed, cancel), name: null, password: null, parsed.GetRequiredValue(role), disabled: null, cancel);
        await Note(store, user, "user.role", cancel);
        terminal.Say($"{user.Email} is {Spell(user.Role)}; a running server follows within seconds.");
        return ExitCode.Ok;
    }

    async Task<int> SetDisabled(ParseResult parsed, bool disabled, CancellationToken cancel)
    {
        await using var store = await Open(parsed, cancel);
        var user = await Book(store).Change(await Find(store, parsed, cancel), name: null, password: null, role: null, disabled, cancel);
        await Note(store, user, disabled ? "user.disable" : "user.enable", cancel);
        terminal.Say(disabled ? $"{user.Email} is let in no more; a running server follows within seconds." : $"{user.Email} may sign in again.");
        return ExitCode.Ok;
    }

    Task<IStore> Open(ParseResult parsed, CancellationToken cancel) => DataFolder.Open(parsed.GetRequiredValue(data), cancel);

    static UserBook Book(IStore store) => new(store.Users, new Passwords(), TimeProvider.System);

    async Task<User> Find(IStore store, ParseResult parsed, CancellationToken cancel)
    {
        var wanted = parsed.GetRequiredValue(email);
        return (Emails.Read(wanted) is { } read ? await store.Users.Find(read, cancel) : null) ?? throw new CliException(ExitCode.Failed, $"there is nobody with the email '{wanted}'");
    }

    static Task Note(IStore store, User user, string action, CancellationToken cancel) => new AuditLog(store.Audit, TimeProvider.System).Note(
        new Actor(ActorKind.Terminal, null, Environment.UserName), user.Tenant, action, user.Id.ToString("D"), address: null, cancel);

    string Password(ParseResult parsed) => parsed.GetValue(generate) ? Passwords.New() : terminal.AskSecret("Password:");

    void Tell(ParseResult parsed, string password, string done)
    {
        if (parsed.GetValue(generate)) terminal.Print(password);
        terminal.Say(done);
    }
}
