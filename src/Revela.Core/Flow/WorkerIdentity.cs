using System.Globalization;
using Revela.Core.Queues;

namespace Revela.Core.Flow;

/// <summary>Names this process so that another on the same kernel can tell whether it still lives.</summary>
public static class WorkerIdentity
{
    public static WorkerInfo Of(WorkerOptions options, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var start = ProcessStart(Environment.ProcessId) ?? now.ToUnixTimeMilliseconds();
        var id = string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}:{Environment.ProcessId}:{start:x}");
        return new WorkerInfo(id, Host(), Environment.ProcessId, start, now, now, options.Megabytes);
    }

    /// <summary>The kernel's start time of a process, in ticks since boot; null when there is no such process.</summary>
    public static long? ProcessStart(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            // The name may hold spaces and brackets: fields count from behind its last one. Start time is field 22, state field 3.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] == "Z" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    // Process ids mean something only under one boot of one kernel and in one namespace (containers).
    static string Host()
    {
        const string boot = "/proc/sys/kernel/random/boot_id";
        if (!File.Exists(boot)) return Guid.NewGuid().ToString("N");
        return $"{File.ReadAllText(boot).Trim()}/{new FileInfo("/proc/self/ns/pid").LinkTarget}";
    }
}
