using System.Diagnostics;
using System.Reflection;

namespace Revela.Imaging.Isolation;

/// <summary>The command that starts a child: this same program with a hidden verb.</summary>
public sealed record ChildCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>Settings that a child must know, as variables of its environment.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Variables { get; init; } = [];

    /// <summary>
    /// Passed on to a child. The rest of the environment stays behind: it may hold keys of outside services,
    /// and the child is the place where hostile bytes are decoded.
    /// </summary>
    static readonly string[] Inherited =
    [
        "PATH", "HOME", "TMPDIR", "TZ", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DOTNET_ROOT", "DOTNET_ROOT_X64", "XDG_CACHE_HOME", "XDG_DATA_DIRS",
        "FONTCONFIG_PATH", "FONTCONFIG_FILE", TestOperations.Variable,
    ];

    /// <summary>
    /// Keeps a child small: one heap, one malloc arena, no profiling of code that runs for milliseconds. What a picture took stays for the next
    /// (<see cref="LeftHeap"/> gives it back): fresh pages cost more than what is done on some of them.
    /// </summary>
    static readonly (string Name, string Value)[] Settings =
    [
        ("DOTNET_gcServer", "0"), ("DOTNET_gcConcurrent", "0"), ("DOTNET_GCConserveMemory", "5"), ("DOTNET_GCgen0size", "400000"),
        ("DOTNET_TieredPGO", "0"), ("DOTNET_TieredCompilation", "1"), ("DOTNET_EnableDiagnostics", "0"),
        ("GLIBC_TUNABLES", "glibc.malloc.arena_max=1:glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=67108864"),
    ];

    /// <summary>This program, also when it runs through <c>dotnet program.dll</c>.</summary>
    public static ChildCommand ThisProgram()
    {
        var file = Environment.ProcessPath ?? throw new InvalidOperationException("this process does not know its own file");
        var isHost = Path.GetFileNameWithoutExtension(file) == "dotnet";
        return new ChildCommand(file, isHost ? [Assembly.GetEntryAssembly()!.Location] : []);
    }

    internal ProcessStartInfo StartInfo(Confinement confinement)
    {
        var start = new ProcessStartInfo(FileName, [.. Arguments, DevelopingChild.Verb, .. confinement.Arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var kept = Inherited.Select(name => (name, Environment.GetEnvironmentVariable(name))).Where(v => v.Item2 is not null).ToArray();
        start.Environment.Clear();
        foreach (var (name, value) in kept) start.Environment[name] = value;
        foreach (var (name, value) in Settings) start.Environment[name] = value;
        foreach (var (name, value) in Variables) start.Environment[name] = value;
        return start;
    }
}
