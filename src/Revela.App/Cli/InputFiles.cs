using System.Buffers;
using Microsoft.Extensions.FileSystemGlobbing;

namespace Revela.App.Cli;

/// <summary>A file to send, and its place under the argument that named it, so that results can keep that order.</summary>
sealed record InputFile(string Path, string Place);

/// <summary>Files, folders and globs of a command line as files.</summary>
static class InputFiles
{
    static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".heic", ".heif", ".avif"];
    static readonly SearchValues<char> Wild = SearchValues.Create("*?");

    /// <summary>A folder gives the images in it and below, by their extension; a file is taken whatever it is called.</summary>
    /// <exception cref="CliException">An argument names nothing.</exception>
    public static IReadOnlyList<InputFile> Find(IEnumerable<string> arguments)
    {
        var found = new List<InputFile>();
        foreach (var argument in arguments)
        {
            var before = found.Count;
            if (File.Exists(argument)) found.Add(new InputFile(argument, Path.GetFileName(argument)));
            else if (Directory.Exists(argument)) found.AddRange(Below(argument, "**/*").Where(IsImage));
            else if (argument.AsSpan().ContainsAny(Wild)) found.AddRange(Matching(argument));
            if (found.Count == before) throw new CliException(ExitCode.Usage, $"'{argument}' names no image");
        }
        return [.. found.DistinctBy(file => Path.GetFullPath(file.Path))];
    }

    static IEnumerable<InputFile> Matching(string glob)
    {
        var literal = glob[..glob.AsSpan().IndexOfAny(Wild)];
        var cut = literal.LastIndexOf('/') + 1;
        var folder = cut == 0 ? "." : literal[..cut];
        return Directory.Exists(folder) ? Below(folder, glob[cut..]) : [];
    }

    static IEnumerable<InputFile> Below(string folder, string pattern) =>
        new Matcher().AddInclude(pattern).GetResultsInFullPath(folder)
            .Order(StringComparer.Ordinal).Select(path => new InputFile(path, Path.GetRelativePath(folder, path)));

    static bool IsImage(InputFile file) => Extensions.Contains(Path.GetExtension(file.Path), StringComparer.OrdinalIgnoreCase);
}
