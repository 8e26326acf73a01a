namespace Revela.Imaging.Isolation;

/// <summary>Children that wait for a run. The one used last is taken first, so that the others grow old and can be ended.</summary>
sealed class IdleChildren : IDisposable
{
    readonly Lock gate = new();
    readonly List<(Child Child, long Since)> waiting = [];
    readonly ChildPoolOptions options;
    readonly TimeProvider time;
    readonly Action<Child> retire;
    readonly ITimer timer;

    /// <param name="retire">Ends a child that waited too long.</param>
    public IdleChildren(ChildPoolOptions options, TimeProvider time, Action<Child> retire)
    {
        (this.options, this.time, this.retire) = (options, time, retire);
        timer = time.CreateTimer(_ => Sweep(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Count
    {
        get
        {
            lock (gate) return waiting.Count;
        }
    }

    public void Add(Child child)
    {
        lock (gate)
        {
            waiting.Add((child, time.GetTimestamp()));
            if (waiting.Count > options.Spares) timer.Change(options.IdleTime, Timeout.InfiniteTimeSpan);
        }
    }

    /// <returns>A child that lives, as far as is known; null when none waits.</returns>
    public Child? Take()
    {
        lock (gate)
        {
            while (waiting.Count > 0)
            {
                var child = waiting[^1].Child;
                waiting.RemoveAt(waiting.Count - 1);
                if (!child.Died.IsCompleted) return child;
            }
            return null;
        }
    }

    public void Dispose() => timer.Dispose();

    /// <summary>Ends those that waited too long, oldest first, and comes back for the next.</summary>
    void Sweep()
    {
        lock (gate)
        {
            while (waiting.Count > options.Spares)
            {
                var left = options.IdleTime - time.GetElapsedTime(waiting[0].Since);
                if (left > TimeSpan.Zero)
                {
                    timer.Change(left, Timeout.InfiniteTimeSpan);
                    return;
                }
                retire(waiting[0].Child);
                waiting.RemoveAt(0);
            }
        }
    }
}
