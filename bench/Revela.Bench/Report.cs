using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Revela.Core;

namespace Revela.Bench;

/// <summary>The figures of one verb: printed as a table, written as JSON with the machine they were taken on.</summary>
/// <param name="runs">How often each measurement is repeated.</param>
public sealed class Report(string verb, int runs)
{
    public int Runs => runs;

    readonly List<Figure> figures = [];
    readonly List<Absence> leftOut = [];

    /// <summary>Median of the runs, and all of them.</summary>
    /// <param name="atLeast">Least value that will do, where more is better.</param>
    /// <param name="atMost">Greatest value that will do, where less is better.</param>
    public void Add(string name, string unit, IReadOnlyList<double> runs, double? atLeast = null, double? atMost = null)
    {
        var value = Median(runs);
        var meets = (atLeast is null || value >= atLeast) && (atMost is null || value <= atMost);
        var figure = new Figure(name, value, unit, runs.Min(), runs.Max(), runs, atLeast, atMost, atLeast is null && atMost is null ? null : meets);
        figures.Add(figure);
        Console.WriteLine(figure.Line());
    }

    public void Add(string name, string unit, double value, double? atLeast = null, double? atMost = null) => Add(name, unit, [value], atLeast, atMost);

    /// <summary>Names what could not be measured here: no figure of it is known.</summary>
    public void LeaveOut(string name, string reason)
    {
        leftOut.Add(new Absence(name, reason.Trim()));
        Console.WriteLine($"  left out: {name}: {reason.Trim()}");
    }

    /// <summary>False when a figure misses its target.</summary>
    public bool MeetsAll => figures.TrueForAll(figure => figure.Meets is not false);

    /// <summary>Writes <c>artifacts/bench/{verb}.json</c>.</summary>
    public void Write()
    {
        var folder = Path.Combine(Repository.Artifacts, "bench");
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{verb}.json");
        var document = new { Verb = verb, At = TimeProvider.System.GetUtcNow(), Machine = Machine.Here(), Figures = figures, LeftOut = leftOut };
        File.WriteAllText(path, JsonSerializer.Serialize(document, new JsonSerializerOptions(RevelaJson.Options) { WriteIndented = true }));
        Console.WriteLine($"  written to {Path.GetRelativePath(Environment.CurrentDirectory, path)}");
    }

    public static void Heading(string text) => Console.WriteLine($"\n{text}\n  {"",-58} {"median",10} {"",-9} {"least",10} {"most",10} {"runs",5}  target");

    public static double Median(IReadOnlyList<double> values) => Percentile(values, 0.5);

    /// <summary>Nearest rank.</summary>
    /// <param name="share">0–1.</param>
    public static double Percentile(IReadOnlyList<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    sealed record Absence(string Name, string Reason);

    sealed record Figure(string Name, double Value, string Unit, double Least, double Most, IReadOnlyList<double> Runs, double? AtLeast, double? AtMost, bool? Meets)
    {
        public string Line()
        {
            var target = AtLeast is { } least ? $"≥ {Number(least)}" : AtMost is { } most ? $"≤ {Number(most)}" : "";
            var verdict = Meets switch { true => "  met", false => "  MISSED", null => "" };
            return $"  {Name,-58} {Number(Value),10} {Unit,-9} {Number(Least),10} {Number(Most),10} {Runs.Count,5}  {target}{verdict}";
        }

        static string Number(double value) => value.ToString(Math.Abs(value) >= 100 ? "N0" : Math.Abs(value) >= 10 ? "N1" : "N3", CultureInfo.InvariantCulture);
    }

    /// <summary>What the figures depend on.</summary>
    sealed record Machine(string Processor, int Cores, long MemoryMegabytes, string System, string Runtime, string Load)
    {
        public static Machine Here() => new(
            Field("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
            Environment.ProcessorCount,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024 * 1024),
            RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription,
            File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Trim() : "");

        static string? Field(string path, string name) =>
            File.Exists(path) ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() : null;
    }
}
