using Revela.Core.Jobs;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>How jobs ended. Each row that comes or goes changes its queue's and its batch's counters with it (law 9).</summary>
static class EndingRows
{
    public static void Add(WriteTransaction tx, in JobHead job, in Carried carried, JobState state, double progress, string? outputs, string? data, Guid? sharedWith)
    {
        using (var insert = tx.Db.Use("""
            INSERT INTO endings (seq, state, queue, finished_at, started_at, run_at, attempt, crashes, losses, cost_micros, progress, error, outputs, data, steps, shared_with)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """))
        {
            insert.Bind(job.Seq).Bind((long)state).Bind(job.Queue).Bind(tx.Now).Bind(carried.StartedAt).Bind(carried.RunAt)
                .Bind(carried.Attempt).Bind(carried.Crashes).Bind(carried.Losses).Bind(carried.CostMicros).Bind(progress)
                .Bind(carried.Error).Bind(outputs).Bind(data).Bind(carried.Steps).Bind(sharedWith).Run();
        }
        Count(tx, job, state, +1, carried.CostMicros);
    }

    /// <summary>Takes an ending back, so that the job can run again.</summary>
    public static void Remove(WriteTransaction tx, in JobHead job, JobState state, long costMicros)
    {
        using (var delete = tx.Db.Use("DELETE FROM endings WHERE seq = ?")) delete.Bind(job.Seq).Run();
        Count(tx, job, state, -1, costMicros);
    }

    public static JobState? Find(Connection db, long seq)
    {
        using var query = db.Use("SELECT state FROM endings WHERE seq = ?");
        return query.Bind(seq).Step() ? (JobState)query.Int(0) : null;
    }

    static void Count(WriteTransaction tx, in JobHead job, JobState state, int change, long costMicros)
    {
        var line = tx.Line(job.Queue);
        if (state == JobState.Completed) line.Now.Completed += change;
        else if (state == JobState.Failed) line.Now.Failed += change;
        else line.Now.Cancelled += change;

        if (job.BatchId is not { } batch) return;
        using var update = tx.Db.Use("UPDATE batches SET completed = completed + ?, failed = failed + ?, cancelled = cancelled + ?, cost_micros = cost_micros + ? WHERE id = ?");
        update.Bind(state == JobState.Completed ? change : 0L).Bind(state == JobState.Failed ? change : 0L)
            .Bind(state == JobState.Cancelled ? change : 0L).Bind(change * costMicros).Bind(batch).Run();
    }
}
