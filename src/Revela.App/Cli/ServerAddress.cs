using System.Text.Json;
using Revela.App.Accounts;

namespace Revela.App.Cli;

/// <summary>Which server to talk to and with which key.</summary>
sealed record ServerAddress(Uri Url, string Key)
{
    static readonly string Default = new RevelaOptions().UrlList[0];

    /// <summary>What was said, else what a running server left in the data folder, else the default address.</summary>
    /// <exception cref="CliException">No key is to be found.</exception>
    public static ServerAddress Find(string? server, string? key, string data)
    {
        var url = server ?? Environment.GetEnvironmentVariable("REVELA_SERVER") ?? Running(data) ?? Default;
        if (!Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new CliException(ExitCode.Usage, $"'{url}' is not an address like {Default}");
        return new ServerAddress(address, key ?? Environment.GetEnvironmentVariable("REVELA_KEY") ?? FirstKeyOf(data) ?? throw NoKey(data));
    }

    static string? Running(string data)
    {
        try
        {
            return ServerFile.Read(data)?.Url.ToString();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static string? FirstKeyOf(string data)
    {
        var path = Path.Combine(data, FirstKey.FileName);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    static CliException NoKey(string data) =>
        new(ExitCode.NotAllowed, $"a key is needed: --key, REVELA_KEY, or --data with the folder of a server on this machine ('{data}' has no admin.key)");
}
