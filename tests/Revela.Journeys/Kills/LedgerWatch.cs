using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Revela.Journeys.Kills;

/// <summary>Looks at the ledger all the time, while processes die, and notes every time it does not add up.</summary>
sealed class LedgerWatch : IAsyncDisposable
{
    static readonly TimeSpan Every = TimeSpan.FromMilliseconds(50);

    readonly CancellationTokenSource stop = new();
    readonly Task watching;

    public LedgerWatch(Server server) => watching = Task.Run(() => Watch(server));

    public int Looks { get; private set; }

    public List<string> Wrong { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching;
        stop.Dispose();
    }

    async Task Watch(Server server)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var door = await server.Up.WaitAsync(stop.Token);
                var stats = await door.Get("/api/v1/stats");
                Looks++;
                Check(stats);
                await Task.Delay(Every, TimeProvider.System, stop.Token);
            }
            catch (Exception e) when (e is HttpRequestException or SocketException or IOException or TaskCanceledException or OperationCanceledException or DoorException)
            {
                await Task.Delay(Every, TimeProvider.System);
            }
        }
    }

    void Check(JsonNode stats)
    {
        foreach (var queue in stats["queues"]!.AsArray())
        {
            var counts = queue!["counts"]!;
            var sum = counts.Number("completed") + counts.Number("failed") + counts.Number("cancelled") + counts.Number("pending") + counts.Number("processing");
            if (counts.Number("accepted") != sum) Wrong.Add(queue.ToJsonString());
        }
    }
}
