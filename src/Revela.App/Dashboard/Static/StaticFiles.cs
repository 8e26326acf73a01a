using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Revela.App.Dashboard.Static;

/// <summary>Styles and scripts of the dashboard, carried by the program itself. Their address changes with their contents, so browsers may keep them for ever.</summary>
public sealed class StaticFiles
{
    const string Prefix = "dashboard/";

    readonly FrozenDictionary<string, StaticFile> files;

    public StaticFiles()
    {
        var program = typeof(StaticFiles).Assembly;
        files = program.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => StaticFile.Read(program, name, name[Prefix.Length..])).ToFrozenDictionary(file => file.Name);
        var all = files.Values.OrderBy(file => file.Name, StringComparer.Ordinal).SelectMany(file => file.Bytes).ToArray();
        Version = Convert.ToHexStringLower(SHA256.HashData(all))[..12];
    }

    public string Version { get; }

    public IReadOnlyCollection<string> Names => files.Keys;

    public StaticFile? Find(string name) => files.GetValueOrDefault(name);

    public string Address(string name) => $"/static/{Version}/{name}";
}

public sealed record StaticFile(string Name, string ContentType, byte[] Bytes)
{
    internal static StaticFile Read(System.Reflection.Assembly program, string resource, string name)
    {
        using var stream = program.GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new StaticFile(name, TypeOf(name), bytes);
    }

    static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => throw new ArgumentException($"'{name}' is of no kind that pages need.", nameof(name)),
    };
}
