using System.Globalization;

namespace Revela.Bench.Outside;

/// <summary>What the kernel says of a process and its children. Linux only.</summary>
public static class ProcessTree
{
    /// <summary>The process and all below it.</summary>
    public static IReadOnlyList<int> Of(int root)
    {
        var parents = All().ToDictionary(found => found.Id, found => found.Parent);
        return [.. parents.Keys.Where(id => IsBelow(id, root, parents))];
    }

    /// <summary>Processes of the revela beside this program that none of our own started: what a killed server left behind.</summary>
    public static IReadOnlyList<int> Orphans(string binary)
    {
        var all = All().ToArray();
        var parents = all.ToDictionary(found => found.Id, found => found.Parent);
        return [.. all.Where(found => Runs(found.Id, binary) && !IsBelow(found.Id, Environment.ProcessId, parents)).Select(found => found.Id)];
    }

    /// <summary>Megabytes of memory of these processes together: resident, and with shared pages split among their users.</summary>
    public static (double Resident, double Proportional) Megabytes(IEnumerable<int> processes)
    {
        double resident = 0, proportional = 0;
        foreach (var id in processes)
        {
            foreach (var line in Lines($"/proc/{id}/smaps_rollup"))
            {
                if (line.StartsWith("Rss:", StringComparison.Ordinal)) resident += Kilobytes(line) / 1024;
                else if (line.StartsWith("Pss:", StringComparison.Ordinal)) proportional += Kilobytes(line) / 1024;
            }
        }
        return (resident, proportional);
    }

    /// <summary>Processor time of these processes, and of their children that have ended.</summary>
    public static TimeSpan ProcessorTime(IEnumerable<int> processes, bool withEnded = true)
    {
        // Fields 14 to 17 of stat, in hundredths of a second; the name before them may hold spaces.
        long ticks = 0;
        foreach (var id in processes)
        {
            if (Fields(id) is { } fields) ticks += fields[11..(withEnded ? 15 : 13)].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
        }
        return TimeSpan.FromMilliseconds(ticks * 10);
    }

    static bool IsBelow(int id, int root, Dictionary<int, int> parents)
    {
        for (var at = id; at > 0; at = parents.GetValueOrDefault(at))
        {
            if (at == root) return true;
        }
        return false;
    }

    static IEnumerable<(int Id, int Parent)> All()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var id)) continue;
            if (Fields(id) is { } fields && fields[0] is not "Z") yield return (id, int.Parse(fields[1], CultureInfo.InvariantCulture));
        }
    }

    static bool Runs(int id, string binary) => Lines($"/proc/{id}/cmdline").Any(line => line.StartsWith(binary, StringComparison.Ordinal));

    // From the state (field 3) on.
    static string[]? Fields(int id) => Lines($"/proc/{id}/stat").FirstOrDefault() is { } stat ? stat[(stat.LastIndexOf(')') + 2)..].Split(' ') : null;

    static double Kilobytes(string line) => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    // A process may end while it is looked at.
    static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
