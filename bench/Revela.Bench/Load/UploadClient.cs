using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Revela.Bench.Load;

/// <summary>How a wave of uploads went, as the uploading process saw it.</summary>
/// <param name="BeganAt">Unix time in seconds of the first connect.</param>
/// <param name="Milliseconds">From connect to the whole answer, of each upload that was accepted.</param>
/// <param name="Refused">First lines of the other answers.</param>
/// <param name="ProcessorSeconds">What the wave cost this process.</param>
sealed record Wave(double BeganAt, double EndedAt, IReadOnlyList<double> Milliseconds, IReadOnlyList<string> Refused, double ProcessorSeconds);

/// <summary>
/// Posts copies of a photograph over raw sockets, all at once or so many at a time. The photograph's bytes are shared by all copies and
/// go from one buffer into the kernel, so that the client costs as little as a client can.
/// </summary>
sealed class UploadClient(Uri url, string key, byte[] photo, string pipeline)
{
    const string Boundary = "----revela-bench";
    static readonly byte[] Tail = Encoding.ASCII.GetBytes($"\r\n--{Boundary}--\r\n");

    readonly IPEndPoint server = new(IPAddress.Parse(url.Host), url.Port);

    /// <summary>Warms up, says that it is ready, posts when told to and prints the wave as JSON.</summary>
    public static async Task Run(string[] args)
    {
        var (url, key, photo, pipeline) = (new Uri(args[0]), args[1], await File.ReadAllBytesAsync(args[2]), args[3]);
        int Number(int at) => int.Parse(args[at], CultureInfo.InvariantCulture);
        var (first, count, atATime) = (Number(4), Number(5), Number(6));

        var client = new UploadClient(url, key, photo, pipeline);
        var small = new UploadClient(url, key, Photos.Small(64, 48, 1), pipeline);
        await small.Post(first, 4, 4);
        Console.WriteLine("ready");
        await Console.In.ReadLineAsync();
        var wave = await client.Post(first, count, atATime);
        Console.WriteLine(JsonSerializer.Serialize(wave));
    }

    public async Task<Wave> Post(int first, int count, int atATime)
    {
        var (took, refused) = (new List<double>(count), new List<string>());
        var processor = Environment.CpuUsage.TotalTime;
        var next = first - 1;
        var began = Now();

        async Task Line()
        {
            for (int number; (number = Interlocked.Increment(ref next)) < first + count;)
            {
                var start = Stopwatch.GetTimestamp();
                var status = await PostOne(number);
                var elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                lock (took)
                {
                    if (status.Contains(" 202 ", StringComparison.Ordinal)) took.Add(elapsed);
                    else refused.Add(status);
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Math.Min(atATime, count)).Select(_ => Task.Run(Line)));
        return new Wave(began, Now(), took, refused, (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
    }

    // The status line, once the whole answer is there.
    async Task<string> PostOne(int number)
    {
        var (head, rest) = (Photos.Head(photo, number), Photos.Rest(photo));
        var part = Part();
        byte[] request = [.. Header(part.Length + head.Length + rest.Length + Tail.Length), .. part, .. head];
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server);
        await Send(socket, request);
        await Send(socket, rest);
        await Send(socket, Tail);
        var answer = new byte[16 * 1024];
        var filled = 0;
        for (int read; filled < answer.Length && (read = await socket.ReceiveAsync(answer.AsMemory(filled))) > 0;) filled += read;
        var text = Encoding.ASCII.GetString(answer, 0, filled);
        return text.Split('\r', 2)[0];
    }

    static async Task Send(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[await socket.SendAsync(bytes)..];
    }

    byte[] Header(int length) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $"POST /api/v1/jobs HTTP/1.1\r\nHost: {url.Authority}\r\nAuthorization: Bearer {key}\r\nContent-Type: multipart/form-data; boundary={Boundary}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"));

    byte[] Part() => Encoding.ASCII.GetBytes(
        $"--{Boundary}\r\nContent-Disposition: form-data; name=\"pipeline\"\r\n\r\n{pipeline}\r\n"
        + $"--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"photo.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n");

    static double Now() => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
}
