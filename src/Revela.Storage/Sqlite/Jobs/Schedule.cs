using Revela.Core.Jobs;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>Jobs that wait for a time: opened by the first claim after it.</summary>
static class Schedule
{
    // Bounds one claim's work when very many jobs fall due at once; the next claim goes on.
    const int MostAtOnce = 2000;

    public static void OpenDue(WriteTransaction tx)
    {
        var now = Micros.Of(tx.Now);
        if (FirstDue(tx.Db) is not { } first || first > now) return;
        foreach (var seq in Due(tx.Db, now))
        {
            var job = JobHead.Get(tx.Db, seq);
            if (ReadyRows.Take(tx, job) is not { } row) continue;
            ReadyRows.Wait(tx, job, row.Carried);
            if (row.Gate == Gate.Parked) EventRows.AddWaiting(tx, job, "unparked", row.Carried);
        }
    }

    /// <summary>When the next job of these queues falls due by itself.</summary>
    public static long? NextDue(WriteTransaction tx, ClaimRequest request, Choice choice)
    {
        using var query = tx.Db.Use("SELECT due, queue, seq FROM ready WHERE due IS NOT NULL ORDER BY due LIMIT 1000");
        while (query.Step())
        {
            var queue = query.Text(1);
            if (request.Queues?.Contains(queue) != false && !tx.Line(queue).Settings.Paused && choice.Suits(query.Long(2))) return query.Long(0);
        }
        return null;
    }

    static long? FirstDue(Connection db)
    {
        using var query = db.Use("SELECT due FROM ready WHERE due IS NOT NULL ORDER BY due LIMIT 1");
        return query.Step() ? query.Long(0) : null;
    }

    static List<long> Due(Connection db, long now)
    {
        using var query = db.Use("SELECT seq FROM ready WHERE due IS NOT NULL AND due <= ? ORDER BY due, seq LIMIT ?");
        query.Bind(now).Bind(MostAtOnce);
        var due = new List<long>();
        while (query.Step()) due.Add(query.Long(0));
        return due;
    }
}
