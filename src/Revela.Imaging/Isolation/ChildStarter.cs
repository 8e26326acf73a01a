using System.Collections.Concurrent;
using System.Diagnostics;

namespace Revela.Imaging.Isolation;

/// <summary>
/// Starts processes from one thread that lives as long as the pool. Linux kills a child when the *thread* that started it ends;
/// from a thread-pool thread, children would die at random.
/// </summary>
sealed class ChildStarter : IDisposable
{
    readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> orders = [];
    readonly Thread thread;

    public ChildStarter()
    {
        thread = new Thread(Serve, maxStackSize: 512 * 1024) { IsBackground = true, Name = "child starter" };
        thread.Start();
    }

    public Task<Process> Start(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        orders.Add((start, started));
        return started.Task;
    }

    /// <summary>Kills every child that still lives, by ending the thread.</summary>
    public void Dispose()
    {
        orders.CompleteAdding();
        thread.Join();
        orders.Dispose();
    }

    void Serve()
    {
        foreach (var (start, started) in orders.GetConsumingEnumerable())
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        }
    }
}
