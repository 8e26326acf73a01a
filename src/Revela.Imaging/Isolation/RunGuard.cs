using Revela.Core.Pipelines;

namespace Revela.Imaging.Isolation;

/// <summary>Why a run was stopped from outside.</summary>
enum Stop
{
    None,
    Cancelled,
    TimedOut,
    TooLarge,
}

/// <summary>Watches one run: asks it to stop when its time is over or its caller gives up, and kills its child when it does not, or eats too much memory.</summary>
sealed class RunGuard : IDisposable
{
    const long Megabyte = 1024 * 1024;

    /// <summary>Runs with long pauses end too: what a <c>pause</c> asks for beyond a day is not granted.</summary>
    const double MaxPause = 86_400;

    readonly Child child;
    readonly ChildRun run;
    readonly ChildPoolOptions options;
    readonly TimeProvider time;
    readonly TimeSpan timeLimit;
    readonly long admitted;
    readonly long memoryLimit;
    readonly Lock gate = new();
    readonly ITimer timer;
    readonly CancellationTokenRegistration registration;
    Stop reason;
    string? blame;
    long began;
    int turns;
    long asked;
    long highest;
    bool over;

    public RunGuard(Child child, ChildRun run, StepRun steps, long memoryBefore, ChildPoolOptions options, TimeProvider time, CancellationToken cancel)
    {
        (this.child, this.run, this.options, this.time) = (child, run, options, time);
        timeLimit = TimeLimit(steps, options);
        admitted = memoryBefore + steps.Megabytes * Megabyte;
        memoryLimit = admitted + options.MemoryMargin * Megabyte;
        began = time.GetTimestamp();
        timer = time.CreateTimer(_ => Look(), null, options.WatchEvery, options.WatchEvery);
        registration = cancel.Register(() => Ask(Stop.Cancelled));
    }

    public Stop Reason
    {
        get
        {
            lock (gate) return reason;
        }
    }

    /// <summary>The network that worked when the run was first told to stop; null when none did, or nothing was stopped.</summary>
    public string? Blame
    {
        get
        {
            lock (gate) return blame;
        }
    }

    /// <summary>It was never seen to take more than it was admitted with.</summary>
    public bool KeptItsWord
    {
        get
        {
            lock (gate) return highest <= admitted;
        }
    }

    /// <summary>From here on the child is never touched: it may be at the next run already.</summary>
    public void Dispose()
    {
        lock (gate) over = true;
        registration.Dispose();
        timer.Dispose();
    }

    void Look()
    {
        var memory = child.Memory;
        var eats = memory > memoryLimit;
        lock (gate)
        {
            if (over) return;
            highest = Math.Max(highest, memory);
            Restart();
            if (eats) Note(Stop.TooLarge);
            else if (time.GetElapsedTime(began) > timeLimit && Note(Stop.TimedOut)) child.Cancel(run);
            if (eats || IsGraceOver) child.Kill();
        }
    }

    /// <summary>A network that works its way through a picture, tile by tile, gets the time for each; the attempt as a whole has a limit of its own.</summary>
    void Restart()
    {
        if (run.Turns == turns) return;
        (turns, began) = (run.Turns, time.GetTimestamp());
    }

    void Ask(Stop why)
    {
        lock (gate)
            if (!over && Note(why)) child.Cancel(run);
    }

    bool IsGraceOver => reason != Stop.None && time.GetElapsedTime(asked) >= options.StopGrace;

    /// <summary>The first reason stands.</summary>
    bool Note(Stop why)
    {
        if (reason != Stop.None) return false;
        (reason, blame, asked) = (why, run.Blame, time.GetTimestamp());
        return true;
    }

    static TimeSpan TimeLimit(StepRun run, ChildPoolOptions options) =>
        options.StepTimeLimit + TimeSpan.FromSeconds(Math.Clamp(run.Steps.Where(s => s.Op == "pause").Sum(PauseSeconds), 0, MaxPause));

    static double PauseSeconds(Step pause) =>
        pause.Options["seconds"] is { } seconds && double.TryParse(seconds.ToString(), System.Globalization.CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : 0;
}
