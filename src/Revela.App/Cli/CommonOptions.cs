using System.CommandLine;

namespace Revela.App.Cli;

/// <summary>Options that mean the same in every verb that has them.</summary>
static class CommonOptions
{
    public static Option<string> Data() => new("--data")
    {
        Description = "Data folder",
        HelpName = "DIR",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("REVELA_DATA") is { Length: > 0 } folder ? folder : new RevelaOptions().Data,
    };

    public static Option<bool> Json(string what) => new("--json") { Description = what };
}

/// <summary>The options of a verb that talks to a server.</summary>
sealed class ServerOptions
{
    readonly Option<string?> server = new("--server") { Description = "Address of the server (default: REVELA_SERVER, else the one running on the data folder)", HelpName = "URL" };
    readonly Option<string?> key = new("--key") { Description = "Key to use (default: REVELA_KEY, else admin.key of the data folder)", HelpName = "KEY" };
    readonly Option<string> data = CommonOptions.Data();

    public void AddTo(Command command)
    {
        command.Add(server);
        command.Add(key);
        command.Add(data);
    }

    public ApiClient Connect(ParseResult parsed) =>
        new(ServerAddress.Find(parsed.GetValue(server), parsed.GetValue(key), parsed.GetRequiredValue(data)));
}
