namespace Revela.Tests;

/// <summary>A clock that only moves when told; its timers fire, in order of their due time, on the thread that moves it.</summary>
public sealed class ManualTime : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    readonly Lock gate = new();
    readonly List<ManualTimer> timers = [];
    readonly List<(int Count, TaskCompletionSource Reached)> watchers = [];
    DateTimeOffset now;

    public ManualTime(DateTimeOffset? start = null) => now = start ?? Start;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return now;
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves on, firing every timer that falls due on the way at its own time.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        MoveTo(GetUtcNow() + by);
    }

    /// <summary>Moves to a time; one that has passed is fine and moves nothing.</summary>
    public void MoveTo(DateTimeOffset until)
    {
        while (NextDue(until) is { } timer) timer.Fire();
        lock (gate)
        {
            if (until > now) now = until;
        }
    }

    /// <summary>Timers that wait now: a test knows by it that the code under test has begun to wait.</summary>
    public int Timers
    {
        get
        {
            lock (gate) return timers.Count;
        }
    }

    /// <summary>Completes once at least so many timers wait.</summary>
    public Task UntilTimers(int count)
    {
        lock (gate)
        {
            if (timers.Count >= count) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            watchers.Add((count, reached));
            return reached.Task;
        }
    }

    ManualTimer? NextDue(DateTimeOffset until)
    {
        lock (gate)
        {
            var timer = timers.Where(t => t.Due <= until).MinBy(t => t.Due);
            if (timer is null) return null;
            if (timer.Due > now) now = timer.Due;
            timer.Rearm();
            if (!timer.IsArmed) timers.Remove(timer);
            return timer;
        }
    }

    void Arm(ManualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (gate)
        {
            timers.Remove(timer);
            timer.Set(now, dueTime, period);
            if (!timer.IsArmed) return;
            timers.Add(timer);
            foreach (var watcher in watchers.Where(w => w.Count <= timers.Count)) watcher.Reached.TrySetResult();
            watchers.RemoveAll(w => w.Count <= timers.Count);
        }
    }

    void Remove(ManualTimer timer)
    {
        lock (gate) timers.Remove(timer);
    }

    sealed class ManualTimer(ManualTime owner, TimerCallback callback, object? state) : ITimer
    {
        TimeSpan period = Timeout.InfiniteTimeSpan;

        public DateTimeOffset Due { get; private set; } = DateTimeOffset.MaxValue;

        public bool IsArmed => Due != DateTimeOffset.MaxValue;

        public void Set(DateTimeOffset now, TimeSpan dueTime, TimeSpan every)
        {
            period = every;
            Due = dueTime == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : now + dueTime;
        }

        public void Rearm() => Due = period <= TimeSpan.Zero ? DateTimeOffset.MaxValue : Due + period;

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan every)
        {
            owner.Arm(this, dueTime, every);
            return true;
        }

        public void Dispose() => owner.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
