using System.Globalization;
using Revela.Imaging.Native.Posix;

namespace Revela.Imaging.Isolation;

/// <summary>What a child does to itself before it touches an image, so that it cannot outlive, outrank or outgrow its parent.</summary>
/// <param name="ParentId">Process id of the parent that started it.</param>
/// <param name="Nice">0–19; higher yields more.</param>
sealed record Confinement(int ParentId, int Nice)
{
    public IEnumerable<string> Arguments =>
        [ParentId.ToString(CultureInfo.InvariantCulture), Nice.ToString(CultureInfo.InvariantCulture)];

    /// <param name="args">The verb, then <see cref="Arguments"/>.</param>
    public static Confinement Parse(string[] args) =>
        new(int.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture));

    public static void Enter(Confinement confinement)
    {
        if (!OperatingSystem.IsLinux()) return;
        DieWithParent(confinement.ParentId);

        // The parent alone decides when a child ends: Ctrl-C and a service manager signal the whole group,
        // and a child that obeyed them would count as a crash of its image.
        foreach (var signal in (int[])[Posix.SignalInterrupt, Posix.SignalTerminate, Posix.SignalHangup, Posix.SignalQuit]) _ = Posix.OnSignal(signal, Posix.Ignore);
        _ = Posix.ProcessControl(Posix.NoNewPrivileges, 1, 0, 0, 0);
        _ = Posix.SetLimit(Posix.LimitCore, 0, forGood: true);
        File.WriteAllText("/proc/self/oom_score_adj", "1000");
        Posix.SetNice(confinement.Nice);
    }

    /// <summary>
    /// Allocations fail once this many bytes more than now are mapped writable. The parent's memory watch ends a run sooner, by what it
    /// touches; the wall stands for what is touched between two looks.
    /// </summary>
    public static void RaiseWall(long bytes)
    {
        if (bytes > 0 && OperatingSystem.IsLinux()) _ = Posix.SetLimit(Posix.LimitData, (ulong)(ProcessMemory.Writable("self") + bytes), forGood: false);
    }

    /// <summary>Lets a run that met the wall answer: not even the answer could be written behind it.</summary>
    public static void TakeDownWall()
    {
        if (OperatingSystem.IsLinux()) _ = Posix.SetLimit(Posix.LimitData, ulong.MaxValue, forGood: false);
    }

    static void DieWithParent(int parent)
    {
        _ = Posix.ProcessControl(Posix.DeathSignal, Posix.SignalKill, 0, 0, 0);

        // It may have died before the line above.
        if (Posix.ParentId() != parent) Posix.ExitNow(1);
    }
}
