namespace Revela.Storage.Objects.Files;

/// <summary>
/// Threads that wait for the disk, so that requests never wait for a thread: a flush takes milliseconds, and blocked pool threads
/// would hold up every other request. They start as they are needed and end when idle.
/// </summary>
sealed class DiskCrew
{
    // Flushes at the same time share one commit of the file system's journal.
    const int Most = 8;
    static readonly TimeSpan IdleFor = TimeSpan.FromSeconds(5);

    readonly object gate = new();
    readonly Queue<Action> orders = new();
    int threads, idle;

    /// <summary>Completes, on a pool thread, when the action has ended on one of the crew.</summary>
    public Task Run(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            orders.Enqueue(() => Obey(action, done));
            if (orders.Count <= idle) Monitor.Pulse(gate);
            else if (threads < Most) Hire();
        }
        return done.Task;
    }

    void Hire()
    {
        threads++;
        new Thread(Work) { Name = "revela-disk", IsBackground = true }.Start();
    }

    void Work()
    {
        while (Next() is { } order) order();
    }

    Action? Next()
    {
        lock (gate)
        {
            while (orders.Count == 0)
            {
                idle++;
                var called = Monitor.Wait(gate, IdleFor);
                idle--;
                if (called || orders.Count > 0) continue;
                threads--;
                return null;
            }
            return orders.Dequeue();
        }
    }

    static void Obey(Action action, TaskCompletionSource done)
    {
        try
        {
            action();
            done.SetResult();
        }
        catch (OperationCanceledException cancelled)
        {
            done.SetCanceled(cancelled.CancellationToken);
        }
        catch (Exception fault)
        {
            done.SetException(fault);
        }
    }
}
