using System.CommandLine;
using System.Globalization;
using Revela.App.Accounts;
using Revela.Core.Accounts;
using Revela.Storage;

namespace Revela.App.Cli;

/// <summary><c>revela keys</c>: list, add and revoke keys in the store itself, with or without a running server.</summary>
sealed class Keys(Terminal terminal)
{
    readonly Option<string> data = CommonOptions.Data();
    readonly Argument<string> name = new("name") { Description = "What the key is for" };
    readonly Argument<Guid> id = new("id") { Description = "Id of the key" };
    readonly Option<string[]> scopes = new("--scope")
    {
        Description = "What it may do: read, submit, work, operate or admin (repeatable)",
        HelpName = "SCOPE",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => ["read", "submit"],
    };

    public Command Verb()
    {
        scopes.AcceptOnlyFromAmong([.. ScopeNames.All]);
        var verb = new Command("keys", "List, add and revoke keys");
        verb.Add(With(new Command("list", "All keys; their texts are kept nowhere") { data }, List));
        verb.Add(With(new Command("add", "Make a key; its text is shown only now") { name, scopes, data }, Add));
        verb.Add(With(new Command("revoke", "Refuse a key from now on") { id, data }, Revoke));
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
        var keys = await store.Accounts.ListKeys(cancel);
        terminal.PrintTable(["ID", "NAME", "SCOPES", "CREATED", "LAST USED", "REVOKED"], keys.Select(Row));
        return ExitCode.Ok;
    }

    static string[] Row(ApiKey key) => [key.Id.ToString("D"), key.Name, Spell(key.Scopes), Day(key.CreatedAt), Day(key.LastUsedAt), Day(key.RevokedAt)];

    static string Spell(Scopes scopes) => string.Join(',', ScopeNames.Of(scopes));

    static string Day(DateTimeOffset? time) => time?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "-";

    async Task<int> Add(ParseResult parsed, CancellationToken cancel)
    {
        var granted = ScopeNames.Parse(parsed.GetRequiredValue(scopes))!.Value;
        await using var store = await Open(parsed, cancel);
        var (key, plain) = await new KeyRing(store.Accounts, TimeProvider.System).Add(parsed.GetRequiredValue(name), granted, KeyRing.DefaultTenant, announce: null, cancel);
        await Note(store, key.Id, "key.add", cancel);
        terminal.Print(plain);
        terminal.Say($"{key.Id:D}: may {Spell(key.Scopes)}; the key is shown only now.");
        return ExitCode.Ok;
    }

    async Task<int> Revoke(ParseResult parsed, CancellationToken cancel)
    {
        await using var store = await Open(parsed, cancel);
        var wanted = parsed.GetRequiredValue(id);
        if (!await store.Accounts.RevokeKey(wanted, cancel)) throw new CliException(ExitCode.Failed, $"there is no key {wanted:D} to revoke");
        await Note(store, wanted, "key.revoke", cancel);
        terminal.Say($"{wanted:D} is refused from now on; a running server follows within seconds.");
        return ExitCode.Ok;
    }

    static Task Note(IStore store, Guid key, string action, CancellationToken cancel) => new AuditLog(store.Audit, TimeProvider.System).Note(
        new Actor(ActorKind.Terminal, null, Environment.UserName), KeyRing.DefaultTenant, action, key.ToString("D"), address: null, cancel);

    Task<IStore> Open(ParseResult parsed, CancellationToken cancel) => DataFolder.Open(parsed.GetRequiredValue(data), cancel);
}
