using Revela.Bench.Outside;

namespace Revela.Bench.Load;

/// <summary>Samples the memory of the server and its children together until it is disposed.</summary>
sealed class MemoryWatch : IAsyncDisposable
{
    static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    readonly CancellationTokenSource stop = new();
    readonly Task watching;

    public MemoryWatch(BenchServer server) => watching = Task.Run(() => Watch(server));

    /// <summary>Megabytes; pages shared between the processes counted in each.</summary>
    public double PeakResident { get; private set; }

    /// <summary>Megabytes; shared pages split among their users.</summary>
    public double PeakProportional { get; private set; }

    async Task Watch(BenchServer server)
    {
        using var timer = new PeriodicTimer(Every, TimeProvider.System);
        var processes = server.Processes;
        for (var look = 1; !stop.IsCancellationRequested; look++)
        {
            // Looking for new children reads all of /proc: seldom, or the watch would cost what it watches.
            if (look % 4 == 0) processes = server.Processes;
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
