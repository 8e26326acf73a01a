using Xunit;

namespace Revela.Tests.Imaging;

/// <summary>Finds image files: those kept with the tests, and the larger collections beside the repository.</summary>
static class Files
{
    public static string Root { get; } = FindRoot();

    public static string Sample(string name) => Path.Combine(Root, "tests/Revela.Tests/Imaging/Header/Samples", name);

    public static IEnumerable<string> Samples => Directory.EnumerateFiles(Sample("")).Order();

    /// <summary>Every file of a folder of the shared collections. Skips the test where they are absent, except on the build server.</summary>
    public static string[] Shared(string folder)
    {
        var shared = Ancestors(Root).Select(d => Path.Combine(d, "shared")).FirstOrDefault(Directory.Exists);
        var path = shared is null ? null : Path.Combine(shared, folder);
        if (Directory.Exists(path)) return Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order().ToArray();

        Skip.IfNot(Environment.GetEnvironmentVariable("CI") == "true", $"the collection 'shared/{folder}' is not beside the repository");
        throw new DirectoryNotFoundException($"shared/{folder}");
    }

    static string FindRoot() => Ancestors(AppContext.BaseDirectory).First(d => File.Exists(Path.Combine(d, "revela.slnx")));

    static IEnumerable<string> Ancestors(string path)
    {
        for (var folder = new DirectoryInfo(path); folder is not null; folder = folder.Parent) yield return folder.FullName;
    }
}
