using System.Text;

namespace Revela.Imaging.Isolation;

/// <summary>Reads a child's standard error to its end on a thread of its own and keeps the last 2 KiB.</summary>
sealed class LastWords
{
    readonly Lock gate = new();
    readonly byte[] tail = new byte[2048];
    readonly Thread thread;
    int count;

    public LastWords(Stream from)
    {
        thread = new Thread(() => Listen(from), maxStackSize: 256 * 1024) { IsBackground = true, Name = "child's last words" };
        thread.Start();
    }

    /// <summary>What was said last. Waits a moment for the stream's end, which may never come when something else holds the pipe.</summary>
    public string Text()
    {
        thread.Join(TimeSpan.FromMilliseconds(200));
        lock (gate) return Encoding.UTF8.GetString(tail, 0, count);
    }

    void Listen(Stream from)
    {
        try
        {
            var buffer = new byte[1024];
            for (int got; (got = from.Read(buffer)) > 0;) Keep(buffer.AsSpan(0, got));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The child is gone; what it said before is kept.
        }
    }

    void Keep(ReadOnlySpan<byte> said)
    {
        lock (gate)
        {
            var drop = Math.Max(0, count + said.Length - tail.Length);
            tail.AsSpan(drop, count - drop).CopyTo(tail);
            said.CopyTo(tail.AsSpan(count -= drop));
            count += said.Length;
        }
    }
}
