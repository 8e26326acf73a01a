using System.Text.Json;
using Revela.Core;

namespace Revela.App;

/// <summary>Where the server of a data folder can be found, for commands that run beside it.</summary>
/// <param name="Url">Reachable from this machine.</param>
public sealed record ServerFile(Uri Url, int ProcessId)
{
    public const string FileName = "server.json";

    public static void Write(string data, Uri url)
    {
        var path = Path.Combine(data, FileName);
        var draft = path + ".new";
        File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(new ServerFile(url, Environment.ProcessId), RevelaJson.Options));
        File.Move(draft, path, overwrite: true);
    }

    /// <summary>Null when no server wrote one; the process it names may have died.</summary>
    public static ServerFile? Read(string data)
    {
        var path = Path.Combine(data, FileName);
        return File.Exists(path) ? JsonSerializer.Deserialize<ServerFile>(File.ReadAllBytes(path), RevelaJson.Options) : null;
    }

    /// <summary>Deletes it if this process wrote it.</summary>
    public static void Delete(string data)
    {
        if (Read(data)?.ProcessId == Environment.ProcessId) File.Delete(Path.Combine(data, FileName));
    }

    /// <summary>An address that listens everywhere, as one that can be called.</summary>
    public static Uri Reachable(string bound)
    {
        foreach (var anywhere in new[] { "://[::]", "://0.0.0.0", "://*", "://+" }) bound = bound.Replace(anywhere, "://127.0.0.1", StringComparison.Ordinal);
        return new Uri(bound);
    }
}
