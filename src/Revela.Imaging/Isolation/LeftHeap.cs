using Revela.Imaging.Models;
using Revela.Imaging.Native.Posix;

namespace Revela.Imaging.Isolation;

/// <summary>
/// The memory that a run leaves behind in a child: it stays for the next one, which would otherwise spend a tenth of its time on fresh pages,
/// and goes back to the system when none comes.
/// </summary>
sealed class LeftHeap : IDisposable
{
    /// <summary>Megabytes. A smaller run leaves nothing that is worth giving back.</summary>
    const int WorthIt = 48;

    static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(1);

    readonly Lock gate = new();
    readonly ITimer idle;
    bool isRunning, isLeft;

    // The child as it was when nothing was left: bytes that were resident, and megabytes of networks among them.
    long bare;
    int held;

    public LeftHeap() => idle = TimeProvider.System.CreateTimer(_ => GiveBack(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void BeginRun()
    {
        lock (gate)
        {
            isRunning = true;
            var resident = ProcessMemory.BeginPeak();
            if (!isLeft) (bare, held) = (resident, Inference.Here.HeldMegabytes);
        }
    }

    /// <summary>Megabytes that the run took at its peak so far; 0 when unknown. What was kept for it is part of that, also when an earlier run brought it.</summary>
    public int Taken() => ProcessMemory.Peak() is var peak && bare > 0 && peak > 0 ? (int)Math.Max(0, ((peak - bare) >> 20) + held) : 0;

    /// <param name="megabytes">That the run was admitted with.</param>
    public void EndRun(int megabytes)
    {
        lock (gate)
        {
            isRunning = false;
            isLeft |= megabytes >= WorthIt;
            if (isLeft) idle.Change(KeptFor, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => idle.Dispose();

    void GiveBack()
    {
        lock (gate)
        {
            if (isRunning || !isLeft) return;
            if (OperatingSystem.IsLinux()) _ = Posix.TrimHeap(0);
            isLeft = false;
        }
    }
}
