using System.Globalization;

namespace Revela.Imaging.Isolation;

/// <summary>Memory of a process in bytes, as Linux tells it; 0 where it does not.</summary>
static class ProcessMemory
{
    /// <summary>Resident memory that is the process's own: without mapped files, which the system can take back.</summary>
    public static long Own(int process) => Read(process.ToString(CultureInfo.InvariantCulture), fields => fields[1] - fields[2]);

    /// <summary>Address space mapped writable and private, touched or not: what RLIMIT_DATA counts.</summary>
    public static long Writable(string process) => Read(process, fields => fields[5]);

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
