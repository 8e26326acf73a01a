using System.Runtime.CompilerServices;
using Xunit;

namespace Revela.Tests.Imaging.Operations;

/// <summary>Pictures that tests read: the repository's own samples, and the shared collection beside it where there is one.</summary>
static class Files
{
    static readonly string Root = FindRoot();

    public static string Sample(string name) => Path.Combine(Root, "samples", name);

    /// <summary>Skips the test by name where the collection is absent; under CI its absence is a failure.</summary>
    public static string Shared(string path)
    {
        var file = SharedFolder() is { } folder ? Path.Combine(folder, path) : null;
        var there = file is not null && Path.Exists(file);
        if (!there && Environment.GetEnvironmentVariable("CI") == "true") throw new FileNotFoundException($"shared/{path} is needed under CI");
        Skip.IfNot(there, $"shared/{path} is not there");
        return file!;
    }

    static string? SharedFolder()
    {
        for (var folder = new DirectoryInfo(Root).Parent; folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, "shared", "torture"))) return Path.Combine(folder.FullName, "shared");
        return null;
    }

    static string FindRoot([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(here)!);
        while (!System.IO.File.Exists(Path.Combine(folder!.FullName, "revela.slnx"))) folder = folder.Parent;
        return folder.FullName;
    }
}
