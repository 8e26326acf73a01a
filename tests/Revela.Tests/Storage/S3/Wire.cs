using System.Net;
using System.Net.Sockets;

namespace Revela.Tests.Storage.S3;

/// <summary>A wire to a server that counts what goes through and may break.</summary>
sealed class Wire : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource end = new();
    readonly int target;
    readonly TaskCompletionSource stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task accepting;
    long up, down;
    int broken;

    public Wire(int target)
    {
        this.target = target;
        listener.Start();
        accepting = Accept();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Done once, when so many bytes have gone towards the server.</summary>
    public (long Bytes, Action Action)? WhenSent { get; set; }

    /// <summary>The connection is cut, once, when so many bytes have come from the server.</summary>
    public long? CutAfterReceived { get; set; }

    /// <summary>Nothing more comes from the server, and nobody is told, when so many bytes have come from it.</summary>
    public long? StallAfterReceived { get; set; }

    public Task Stalled => stalled.Task;

    public long Received => Interlocked.Read(ref down);

    public bool HasBroken => Volatile.Read(ref broken) > 0;

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        await accepting;
        end.Dispose();
    }

    async Task Accept()
    {
        var wires = new List<Task>();
        try
        {
            while (true) wires.Add(Join(await listener.AcceptTcpClientAsync(end.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
        await Task.WhenAll(wires);
    }

    async Task Join(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, target, end.Token);
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(end.Token);
                var there = Pump(client.GetStream(), server.GetStream(), Upwards, stop.Token);
                var back = Pump(server.GetStream(), client.GetStream(), Downwards, stop.Token);
                await Task.WhenAny(there, back);
                await stop.CancelAsync();
                await Task.WhenAll(there, back);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
            }
        }
    }

    Task<bool> Upwards(int bytes, CancellationToken cancel)
    {
        var sent = Interlocked.Add(ref up, bytes);
        if (WhenSent is not { } breakage || sent < breakage.Bytes || Interlocked.Exchange(ref broken, 1) == 1) return Task.FromResult(true);
        breakage.Action();
        return Task.FromResult(false);
    }

    async Task<bool> Downwards(int bytes, CancellationToken cancel)
    {
        var received = Interlocked.Add(ref down, bytes);
        if (received >= StallAfterReceived)
        {
            stalled.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
        }
        return CutAfterReceived is null || received < CutAfterReceived || Interlocked.Exchange(ref broken, 1) == 1;
    }

    static async Task Pump(NetworkStream from, NetworkStream to, Func<int, CancellationToken, Task<bool>> mayPass, CancellationToken cancel)
    {
        var buffer = new byte[64 * 1024];
        for (int read; (read = await from.ReadAsync(buffer, cancel)) > 0;)
        {
            if (!await mayPass(read, cancel)) return;
            await to.WriteAsync(buffer.AsMemory(0, read), cancel);
        }
    }
}
