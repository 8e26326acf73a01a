using System.Net;
using System.Net.Sockets;

namespace Revela.Journeys.Afar;

/// <summary>
/// Stands between a far worker and its server and cuts every connection off after a random number of bytes, in either direction and
/// without a farewell: requests are lost before they arrive, answers after what they tell of was done.
/// </summary>
sealed class CuttingProxy : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stop = new();
    readonly Random random;
    readonly Uri server;
    readonly int mostBytes;
    readonly Task accepting;
    int cuts;
    long carried;

    /// <param name="mostBytes">No connection carries more than this, both ways together.</param>
    public CuttingProxy(Uri server, int mostBytes, int seed)
    {
        (this.server, this.mostBytes, random) = (server, mostBytes, new Random(seed));
        listener.Start();
        Url = new UriBuilder(server.Scheme, "127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port).Uri;
        accepting = Accept();
    }

    public Uri Url { get; }

    /// <summary>Connections that were cut.</summary>
    public int Cuts => Volatile.Read(ref cuts);

    /// <summary>Bytes that were let through, both ways together.</summary>
    public long Carried => Interlocked.Read(ref carried);

    async Task Accept()
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync(stop.Token);
                running.Add(Carry(client, random.Next(200, mostBytes)));
                running.RemoveAll(task => task.IsCompleted);
            }
        }
        catch (OperationCanceledException)
        {
        }
        await Task.WhenAll(running);
    }

    async Task Carry(Socket client, int bytes)
    {
        using var near = client;
        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var left = new Budget(bytes);
        try
        {
            await far.ConnectAsync(server.Host, server.Port, stop.Token);
            await Task.WhenAny(Pump(near, far, left), Pump(far, near, left));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
        }
        if (left.IsSpent) Interlocked.Increment(ref cuts);
        // Reset, not closed: what was on its way is lost.
        near.LingerState = far.LingerState = new LingerOption(true, 0);
    }

    async Task Pump(Socket from, Socket to, Budget left)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer, SocketFlags.None, stop.Token)) > 0;)
            {
                var passed = left.Spend(read);
                Interlocked.Add(ref carried, passed);
                for (var sent = 0; sent < passed;) sent += await to.SendAsync(buffer.AsMemory(sent, passed - sent), SocketFlags.None, stop.Token);
                if (left.IsSpent) return;
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }

    sealed class Budget(int bytes)
    {
        int left = bytes;

        public bool IsSpent => Volatile.Read(ref left) <= 0;

        /// <summary>How many of these bytes may still pass.</summary>
        public int Spend(int wanted)
        {
            var after = Interlocked.Add(ref left, -wanted);
            return Math.Clamp(wanted + Math.Min(after, 0), 0, wanted);
        }
    }
}
