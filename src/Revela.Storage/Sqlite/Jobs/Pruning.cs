using Revela.Core.Jobs;
using Revela.Storage.Sqlite.Calls;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>
/// Deletes finished jobs with all that only they lead to. The ledger keeps counting them (law 9), and objects whose last row went
/// are noted in the same transaction.
/// </summary>
static class Pruning
{
    static readonly JobState[] Final = [JobState.Completed, JobState.Failed, JobState.Cancelled];

    public static int Prune(WriteTransaction tx, PruneRequest request, int limit)
    {
        var pruned = 0;
        foreach (var line in tx.Lines().ToList())
        {
            if (request.Queue is { } only && only != line.Name) continue;
            foreach (var state in Final)
            {
                if (request.States?.Contains(state) == false) continue;
                var old = request.FinishedBefore is { } before
                    ? FinishedBefore(tx.Db, line, state, Micros.Of(before), request.Tenant, limit - pruned)
                    : Beyond(tx, line, state, limit - pruned);
                foreach (var seq in old) Delete(tx, line, state, seq);
                pruned += old.Count;
            }
            tx.Shares.Prune(line);
        }
        Replays.Prune(tx);
        SettledRows.Prune(tx);
        CallRows.Prune(tx);
        return pruned;
    }

    static List<long> Beyond(WriteTransaction tx, QueueLine line, JobState state, int limit)
    {
        var settings = line.Settings;
        var old = settings.KeepFor is { } kept ? FinishedBefore(tx.Db, line, state, Micros.Of(tx.Now) - Micros.Of(kept), null, limit) : [];
        var keep = state == JobState.Completed ? settings.KeepCompleted : settings.KeepFailed;
        return keep is { } count && old.Count < limit ? [.. old.Union(BeyondNewest(tx.Db, line, state, count, limit)).Take(limit)] : old;
    }

    static List<long> FinishedBefore(Connection db, QueueLine line, JobState state, long before, string? tenant, int limit)
    {
        using var query = db.Use("""
            SELECT seq FROM endings e WHERE queue = ?1 AND state = ?2 AND finished_at < ?3
                AND (?4 IS NULL OR (SELECT tenant FROM jobs j WHERE j.seq = e.seq) = ?4) ORDER BY finished_at, seq LIMIT ?5
            """);
        return Numbers(query.Bind(line.Name).Bind((long)state).Bind(before).Bind(tenant).Bind(limit));
    }

    static List<long> BeyondNewest(Connection db, QueueLine line, JobState state, int keep, int limit)
    {
        using var query = db.Use("SELECT seq FROM endings WHERE queue = ? AND state = ? ORDER BY finished_at DESC, seq DESC LIMIT ? OFFSET ?");
        return Numbers(query.Bind(line.Name).Bind((long)state).Bind(limit).Bind(keep));
    }

    static List<long> Numbers(Statement query)
    {
        var numbers = new List<long>();
        while (query.Step()) numbers.Add(query.Long(0));
        return numbers;
    }

    /// <summary>Deletes those of these jobs that have ended; how many.</summary>
    public static int Delete(WriteTransaction tx, string tenant, IEnumerable<Guid> jobs)
    {
        var deleted = 0;
        foreach (var id in jobs)
        {
            if (JobHead.Find(tx.Db, tenant, id) is not { } job || EndingRows.Find(tx.Db, job.Seq) is not { } state) continue;
            Delete(tx, tx.Line(job.Queue), state, job.Seq);
            deleted++;
        }
        return deleted;
    }

    /// <summary>Deletes one finished job with all that only it leads to.</summary>
    public static void Delete(WriteTransaction tx, QueueLine line, JobState state, long seq)
    {
        var job = JobHead.Get(tx.Db, seq);
        var snapshot = SnapshotOf(tx.Db, seq);
        CheckpointRows.Drop(tx, seq);
        CallRows.DropReplies(tx, job.Id);
        using (var ending = tx.Db.Use("DELETE FROM endings WHERE seq = ?")) ending.Bind(seq).Run();
        using (var record = tx.Db.Use("DELETE FROM jobs WHERE seq = ?")) record.Bind(seq).Run();
        tx.Snapshots.Release(snapshot);
        Work.Forget(tx, job);
        foreach (var picture in PicturesOf(tx.Db, job.Id)) AssetRows.DropIfUnused(tx, picture);
        AssetRows.DropIfUnused(tx, job.AssetId);
        if (job.BatchId is { } batch) DropBatchIfEmpty(tx, batch);

        if (state == JobState.Completed) line.Now.PrunedCompleted++;
        else if (state == JobState.Failed) line.Now.PrunedFailed++;
        else line.Now.PrunedCancelled++;
    }

    static long SnapshotOf(Connection db, long seq)
    {
        using var query = db.Use("SELECT snapshot FROM jobs WHERE seq = ?");
        return query.Bind(seq).Number();
    }

    static List<Guid> PicturesOf(Connection db, Guid job)
    {
        using var query = db.Use("SELECT id FROM assets WHERE job = ?");
        query.Bind(job);
        var pictures = new List<Guid>();
        while (query.Step()) pictures.Add(query.Guid(0));
        return pictures;
    }

    static void DropBatchIfEmpty(WriteTransaction tx, Guid batch)
    {
        using var delete = tx.Db.Use("DELETE FROM batches WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM jobs WHERE batch = ?1)");
        delete.Bind(batch).Run();
    }
}
