using Revela.Bench.Outside;

namespace Revela.Bench.Load;

/// <summary>Samples the memory of a server and its children together until it is disposed.</summary>
sealed class MemoryWatch : IAsyncDisposable
{
    static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    readonly CancellationTokenSource stop = new();
    readonly Task watching;

    /// <param name="processes">Those that are there at the moment.</param>
    public MemoryWatch(Func<IReadOnlyList<int>> processes) => watching = Task.Run(() => Watch(processes));

    /// <summary>Megabytes; pages shared between the processes counted in each.</summary>
    public double PeakResident { get; private set; }

    /// <summary>Megabytes; shared pages split among their users.</summary>
    public double PeakProportional { get; private set; }

    async Task Watch(Func<IReadOnlyList<int>> find)
    {
        using var timer = new PeriodicTimer(Every, TimeProvider.System);
        var processes = find();
        for (var look = 1; !stop.IsCancellationRequested; look++)
        {
            // Looking for new children reads all of /proc: seldom, or the watch would cost what it watches.
            if (look % 4 == 0) processes = find();
            var (resident, proportional) = ProcessTree.Megabytes(processes);
            PeakResident = Math.Max(PeakResident, resident);
            PeakProportional = Math.Max(PeakProportional, proportional);
            await timer.WaitForNextTickAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching;
        stop.Dispose();
    }
}
