using System.Runtime.InteropServices;

namespace Revela.Imaging.Native.Posix;

/// <summary>The few calls of libc that a process needs to confine itself. Linux only; each answers as libc does (−1 or an error number on failure).</summary>
static partial class Posix
{
    public const int DeathSignal = 1, NoNewPrivileges = 38;
    public const int LimitData = 2, LimitCore = 4;
    public const int SignalHangup = 1, SignalInterrupt = 2, SignalQuit = 3, SignalKill = 9, SignalTerminate = 15;
    public const nint Ignore = 1;

    const int PriorityOfProcess = 0;
    const int ReadWriteCloseOnExec = 0x80002;
    const int DuplicateCloseOnExec = 1030;

    [StructLayout(LayoutKind.Sequential)]
    struct Limit
    {
        public ulong Soft, Hard;
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int ProcessControl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "getppid")]
    public static partial int ParentId();

    [LibraryImport("libc", EntryPoint = "signal")]
    public static partial nint OnSignal(int signal, nint handler);

    /// <summary>Ends the process at once: no finalizers, no exit handlers, no waiting for threads.</summary>
    [LibraryImport("libc", EntryPoint = "_exit")]
    public static partial void ExitNow(int code);

    /// <summary>Past every stream and buffer, as native libraries print.</summary>
    public static nint Write(int file, ReadOnlySpan<byte> bytes) => Write(file, bytes, (nuint)bytes.Length);

    /// <summary>Writes where it is told to; the test operation that must die by a real signal writes to address 0.</summary>
    [LibraryImport("libc", EntryPoint = "memset")]
    public static partial nint FillMemory(nint address, int value, nuint count);

    /// <summary>Gives freed memory of libc's heap back to the system.</summary>
    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    public static partial int TrimHeap(nuint keep);

    /// <summary>Sets a variable where native libraries look for it; .NET keeps a copy of its own.</summary>
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int SetVariable(string name, string value, int overwrite);

    /// <summary>Sets the soft limit, and for <paramref name="forGood"/> the hard limit too.</summary>
    public static int SetLimit(int resource, ulong bytes, bool forGood)
    {
        if (GetLimit(resource, out var limit) != 0) return -1;
        limit.Soft = Math.Min(bytes, limit.Hard);
        if (forGood) limit.Hard = limit.Soft;
        return SetLimit(resource, limit);
    }

    /// <summary>Nice values are kept per thread on Linux, so every thread that runs already gets its own call.</summary>
    public static void SetNice(int nice)
    {
        foreach (var thread in Directory.EnumerateDirectories("/proc/self/task"))
            if (int.TryParse(Path.GetFileName(thread), out var id))
                _ = SetPriority(PriorityOfProcess, id, nice);
    }

    /// <summary>A new number for an open file, which programs started from here do not inherit.</summary>
    public static int Duplicate(int file) => FileControl(file, DuplicateCloseOnExec, 3);

    /// <summary>Lets <paramref name="as"/> mean the file that <paramref name="file"/> means.</summary>
    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    public static partial int DuplicateAs(int file, int @as);

    public static int OpenNull() => Open("/dev/null", ReadWriteCloseOnExec);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int file, ReadOnlySpan<byte> bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(int file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, in Limit limit);

    [LibraryImport("libc", EntryPoint = "setpriority", SetLastError = true)]
    private static partial int SetPriority(int which, int who, int nice);
}
