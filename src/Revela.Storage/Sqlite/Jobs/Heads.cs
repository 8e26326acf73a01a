namespace Revela.Storage.Sqlite.Jobs;

/// <summary>A waiting job that stands at the head of its line.</summary>
readonly record struct Head(long Seq, int Priority, double Fair, int Megabytes, long Bytes, long? OutageSince);

/// <summary>The first open jobs of one queue, in the order of its index: priority, then fair across tenants, then first in first out.</summary>
sealed class Heads(QueueLine line, List<Head> jobs, int running)
{
    int taken;

    /// <summary>Jobs of this queue that the worker runs, those just taken included.</summary>
    public int Running { get; private set; } = running;

    public QueueLine Line => line;

    public Head Next => jobs[taken];

    public void Advance()
    {
        taken++;
        Running++;
    }

    public static Heads Read(Choice choice, QueueLine line, int most, int running) => new(line, most <= 0 ? [] : choice.First(line.Name, most), running);

    /// <summary>The queue whose head is next: the highest priority; among equals the queue that runs least here, so that no backlog shuts out another queue.</summary>
    public static Heads? First(List<Heads> all)
    {
        Heads? first = null;
        foreach (var heads in all)
            if (!heads.IsEmpty && (first is null || heads.IsBefore(first))) first = heads;
        return first;
    }

    bool IsEmpty => taken == jobs.Count;

    bool IsBefore(Heads other)
    {
        if (Next.Priority != other.Next.Priority) return Next.Priority > other.Next.Priority;
        return Running != other.Running ? Running < other.Running : Line.Now.LastStart < other.Line.Now.LastStart;
    }
}
