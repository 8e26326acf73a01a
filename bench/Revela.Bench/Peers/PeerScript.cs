using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Revela.Core;

namespace Revela.Bench.Peers;

/// <summary>A script of <c>bench/peers</c> in its peer's own language, in a process of its own.</summary>
static class PeerScript
{
    /// <summary>Debian's own Python, which sees Debian's packages; another may stand before it on the path.</summary>
    const string DebianPython = "/usr/bin/python3";

    static string Folder { get; } = Path.Combine(Repository.Root, "bench", "peers");

    /// <param name="Name">With its peer and that one's version.</param>
    sealed record Figure(string Name, string Unit, double[] Runs);

    /// <summary>Runs a script that prints a figure a line as JSON. One that fails is left out with its reason; what it had printed stays.</summary>
    public static async Task Run(Report report, string script, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = Start(report, script, arguments, environment);
        if (process is null) return;
        try
        {
            var errors = process.StandardError.ReadToEndAsync();
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                var figure = JsonSerializer.Deserialize<Figure>(line, RevelaJson.Options)!;
                report.Add(figure.Name, figure.Unit, figure.Runs);
            }
            await process.WaitForExitAsync();
            if (process.ExitCode != 0) report.LeaveOut(script, await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Null, and left out, when its language is not installed.</summary>
    public static Process? Start(Report report, string script, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var language = Path.GetExtension(script) == ".mjs" ? "node" : File.Exists(DebianPython) ? DebianPython : "python3";
        var start = new ProcessStartInfo(language, [Path.Combine(Folder, script), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception)
        {
            report.LeaveOut(script, $"{language} is not installed");
            return null;
        }
    }
}
