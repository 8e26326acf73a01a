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

    public static Heads Read(Connection db, QueueLine line, int most, int running)
    {
        if (most <= 0) return new Heads(line, [], running);
        using var query = db.Use("""
            SELECT seq, priority, fair, megabytes, bytes, outage_since FROM ready INDEXED BY ready_order
            WHERE queue = ? AND gate = 0 ORDER BY priority DESC, fair, seq LIMIT ?
            """);
        query.Bind(line.Name).Bind(most);
        var jobs = new List<Head>();
        while (query.Step()) jobs.Add(new Head(query.Long(0), query.Int(1), query.Double(2), query.Int(3), query.Long(4), query.LongOrNull(5)));
        return new Heads(line, jobs, running);
    }

    public static bool Any(Connection db, QueueLine line)
    {
        using var query = db.Use("SELECT 1 FROM ready INDEXED BY ready_order WHERE queue = ? AND gate = 0 LIMIT 1");
        return query.Bind(line.Name).Step();
    }

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
