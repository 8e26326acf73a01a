using System.Globalization;

namespace Revela.Core.Flow;

/// <summary>
/// The numbered moments at which a death of the process matters. Each says what is durable by then and who goes on;
/// the kill tests end the process at each of them.
/// </summary>
public enum CrashPoint
{
    /// <summary>The upload is a scratch file: it is swept; the client got no answer.</summary>
    Received = 1,

    /// <summary>The original is durable, no row names it: an orphan for the janitor.</summary>
    OriginalStored = 2,

    /// <summary>The asset row is there, no job: an asset without work; the client got no answer.</summary>
    AssetRecorded = 3,

    /// <summary>The job is committed but not yet answered: it will run, and an idempotent repeat finds it.</summary>
    Enqueued = 4,

    /// <summary>Leased, nothing done: the rescuer takes it back.</summary>
    Claimed = 5,

    /// <summary>The picture is a scratch file of a dead attempt: it is swept, the attempt is run again.</summary>
    Developed = 6,

    /// <summary>The result is durable under the attempt's own key, not published: an orphan for the janitor.</summary>
    ResultStored = 7,

    /// <summary>A checkpoint is kept: the next attempt goes on behind it.</summary>
    Checkpointed = 8,

    /// <summary>Published; the worker forgets it at its next start.</summary>
    Settled = 9,

    /// <summary>Dead workers' jobs are back in their queues.</summary>
    Rescued = 10,

    /// <summary>Rows are deleted, their objects doomed but still there: the next janitor buries them.</summary>
    Pruned = 11,

    /// <summary>The bytes are gone, the note of it not yet struck off: burying again does no harm.</summary>
    BytesDeleted = 12,

    /// <summary>Events are with the broker, and the store does not know it: the next publisher sends them again.</summary>
    EventsSent = 13,

    /// <summary>A message is with its receiver, and the store does not know it: it is sent again, with the same id, when its lease ends.</summary>
    WebhookSent = 14,
}

/// <summary>
/// Ends this process at a crash point, as kill −9 would, when <c>REVELA_CRASH_AT=number[:nth]</c> asks for it.
/// Without the variable a call costs one comparison.
/// </summary>
public static class CrashPoints
{
    static readonly (int Point, int Nth) Armed = Parse(Environment.GetEnvironmentVariable("REVELA_CRASH_AT"));
    static int reached;

    public static void Reach(CrashPoint point)
    {
        if ((int)point != Armed.Point) return;
        if (Interlocked.Increment(ref reached) == Armed.Nth) Die();
    }

    static (int, int) Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return (0, 0);
        var parts = text.Split(':');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 1);
    }

    static void Die()
    {
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill();
        Thread.CurrentThread.Join();
    }
}
