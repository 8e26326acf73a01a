namespace Revela.Storage.Postgres.Jobs;

/// <summary>Jobs that wait for a time: opened by the first claim after it.</summary>
static class Schedule
{
    // Bounds one transaction when very many jobs fall due at once; the next claim goes on.
    const int MostAtOnce = 2000;

    /// <summary>How many were opened; those that another process is just opening are left to it.</summary>
    public static async Task<int> OpenDue(Transaction tx)
    {
        var due = await tx.Query(Sql.Of($"SELECT {Waiting.Columns} FROM revela.ready WHERE due <= $1 ORDER BY due, seq LIMIT {MostAtOnce} FOR UPDATE SKIP LOCKED").Bind(tx.Now), Waiting.Read)
            .ConfigureAwait(false);
        foreach (var row in due)
        {
            tx.Changes.Leave(row);
            tx.Changes.Wait(Waiting.InLine(row.Job, row.Carried, tx.Now));
            if (row.Gate == Gate.Parked) tx.Changes.TellWaiting(row.Job, "unparked", row.Carried);
        }
        return due.Count;
    }
}
