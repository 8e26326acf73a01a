using System.Globalization;

namespace Revela.Imaging.Models;

/// <summary>Where ONNX Runtime and its networks are, and how much of the machine they take.</summary>
public sealed record OnnxOptions
{
    /// <summary>The file of the ONNX Runtime library; null to ask the system's loader, and then the folder that `revela models runtime` fills.</summary>
    public string? Library { get; init; }

    /// <summary>Folder of the networks and of a fetched runtime; null for `revela` in `$XDG_CACHE_HOME` or `~/.cache`.</summary>
    public string? Folder { get; init; }

    /// <summary>Addresses that hold the networks' files under their own names, asked in this order before a network's publisher.</summary>
    public IReadOnlyList<string> Mirrors { get; init; } = [];

    /// <summary>Threads of one run of a network; null for one per processor.</summary>
    public int? Threads { get; init; }

    /// <summary>What a decoding process may hold of networks for its next jobs; megabytes. The one used longest ago goes first.</summary>
    public int KeepMegabytes { get; init; } = 1024;

    /// <summary>What `upscale` may take for one tile; megabytes. Less makes smaller tiles, and the same picture.</summary>
    public int TileMegabytes { get; init; } = 512;

    public string ModelsFolder => Path.Combine(Root, "models");

    public string RuntimeFolder => Path.Combine(Root, "onnxruntime");

    string Root => Folder ?? Path.Combine(CacheFolder, "revela");

    static string CacheFolder => Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
        ? cache
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");

    public IEnumerable<string> Mistakes()
    {
        if (Library is { } library && !File.Exists(library)) yield return $"onnx.library: there is no file '{library}'.";
        if (Threads is < 1 or > 256) yield return "onnx.threads must be between 1 and 256.";
        if (KeepMegabytes < 0) yield return "onnx.keep_megabytes cannot be negative.";
        if (TileMegabytes < 64) yield return "onnx.tile_megabytes must be at least 64.";
        foreach (var mirror in Mirrors)
            if (!Uri.TryCreate(mirror, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")) yield return $"onnx.mirrors: '{mirror}' is not an http address.";
    }

    /// <summary>What a decoding child must know, for its environment; <see cref="FromEnvironment"/> reads it there.</summary>
    public IEnumerable<KeyValuePair<string, string>> Variables()
    {
        if (Library is not null) yield return new("REVELA_ONNX_LIBRARY", Path.GetFullPath(Library));
        if (Folder is not null) yield return new("REVELA_ONNX_FOLDER", Path.GetFullPath(Folder));
        if (Threads is { } threads) yield return new("REVELA_ONNX_THREADS", threads.ToString(CultureInfo.InvariantCulture));
        yield return new("REVELA_ONNX_KEEP_MEGABYTES", KeepMegabytes.ToString(CultureInfo.InvariantCulture));
        yield return new("REVELA_ONNX_TILE_MEGABYTES", TileMegabytes.ToString(CultureInfo.InvariantCulture));
    }

    public static OnnxOptions FromEnvironment()
    {
        var usual = new OnnxOptions();
        return usual with
        {
            Library = Text("REVELA_ONNX_LIBRARY"),
            Folder = Text("REVELA_ONNX_FOLDER"),
            Threads = Number("REVELA_ONNX_THREADS"),
            KeepMegabytes = Number("REVELA_ONNX_KEEP_MEGABYTES") ?? usual.KeepMegabytes,
            TileMegabytes = Number("REVELA_ONNX_TILE_MEGABYTES") ?? usual.TileMegabytes,
        };
    }

    static string? Text(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? text : null;

    static int? Number(string variable) => int.TryParse(Text(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
