using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Revela.Bench.Load;

/// <summary>
/// Asks <c>/health/live</c> fifty times a second, each time over a new connection as an orchestrator does, whether or not earlier
/// answers are there yet: a stalled server is seen by every question that falls into the stall.
/// </summary>
static class HealthProbe
{
    static readonly TimeSpan Every = TimeSpan.FromMilliseconds(20);

    /// <summary>Says that it is ready, begins when told to, ends with its input and prints the answers' times in milliseconds as JSON.</summary>
    public static async Task Run(string[] args)
    {
        var url = new Uri(args[0]);
        var server = new IPEndPoint(IPAddress.Parse(url.Host), url.Port);
        var request = Encoding.ASCII.GetBytes($"GET /health/live HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: close\r\n\r\n");
        for (var i = 0; i < 20; i++) await Ask(server, request);
        Console.WriteLine("ready");
        await Console.In.ReadLineAsync();
        var end = Task.Run(Console.In.ReadLineAsync);

        var asked = new List<Task<double>>();
        using var timer = new PeriodicTimer(Every, TimeProvider.System);
        while (!end.IsCompleted)
        {
            asked.Add(Ask(server, request));
            await timer.WaitForNextTickAsync();
        }
        Console.WriteLine(JsonSerializer.Serialize(await Task.WhenAll(asked)));
    }

    // A wrong answer counts as one that never came.
    static async Task<double> Ask(IPEndPoint server, byte[] request)
    {
        var start = Stopwatch.GetTimestamp();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server);
        await socket.SendAsync(request.AsMemory());
        var answer = new byte[4096];
        var filled = 0;
        for (int read; filled < answer.Length && (read = await socket.ReceiveAsync(answer.AsMemory(filled))) > 0;) filled += read;
        var isGood = Encoding.ASCII.GetString(answer, 0, filled).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        return isGood ? Stopwatch.GetElapsedTime(start).TotalMilliseconds : double.MaxValue;
    }
}
