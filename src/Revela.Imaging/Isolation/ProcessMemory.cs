using System.Globalization;

namespace Revela.Imaging.Isolation;

/// <summary>Memory of a process in bytes, as Linux tells it; 0 where it does not.</summary>
static class ProcessMemory
{
    /// <summary>Resident memory that is the process's own: without mapped files, which the system can take back.</summary>
    public static long Own(int process) => Read(process.ToString(CultureInfo.InvariantCulture), fields => fields[1] - fields[2]);

    /// <summary>Address space mapped writable and private, touched or not: what RLIMIT_DATA counts.</summary>
    public static long Writable(string process) => Read(process, fields => fields[5]);

    /// <summary>Lets <see cref="Peak"/> begin anew from here, and gives what is resident now, mapped files included.</summary>
    public static long BeginPeak()
    {
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
            return Read("self", fields => fields[1]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>The most that was resident in this process since <see cref="BeginPeak"/>, mapped files included.</summary>
    public static long Peak()
    {
        try
        {
            var line = File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line[6..^2], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return 0;
        }
    }

    static long Read(string process, Func<long[], long> pages)
    {
        try
        {
            var fields = File.ReadAllText($"/proc/{process}/statm").Split(' ');
            return pages(Array.ConvertAll(fields, f => long.Parse(f, CultureInfo.InvariantCulture))) * Environment.SystemPageSize;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return 0;
        }
    }
}
