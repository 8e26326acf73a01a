using Revela.Core.Jobs;
using Revela.Core.Queues;
using Revela.Storage.Postgres.Calls;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>
/// Deletes finished jobs with all that only they lead to. The ledger keeps counting them (law 9), and objects whose last row went
/// are noted in the same transaction.
/// </summary>
static class Pruning
{
    static readonly JobState[] Final = [JobState.Completed, JobState.Failed, JobState.Cancelled];

    /// <summary>How many jobs went.</summary>
    public static async Task<int> Prune(Transaction tx, PruneRequest request, int limit)
    {
        var old = new List<long>();
        foreach (var queue in await tx.Query(Sql.Of($"SELECT {QueueRows.Columns} FROM revela.queues ORDER BY name"), QueueRows.Read).ConfigureAwait(false))
        {
            if (request.Queue is { } only && only != queue.Name) continue;
            foreach (var state in Final)
            {
                if (request.States?.Contains(state) == false || old.Count >= limit) continue;
                old.AddRange(request.FinishedBefore is { } before
                    ? await FinishedBefore(tx, queue.Name, state, before, request.Tenant, limit - old.Count).ConfigureAwait(false)
                    : await Beyond(tx, queue, state, limit - old.Count).ConfigureAwait(false));
            }
        }
        var pruned = old.Count == 0 ? 0 : await Delete(tx, [.. old]).ConfigureAwait(false);
        tx.Changes.First(Shares.Forget);
        tx.Changes.First(Replays.Prune(tx.Now));
        tx.Changes.First(SettledRows.Prune(tx.Now));
        tx.Changes.First(CallRows.Prune(tx.Now));
        return pruned;
    }

    static async Task<List<long>> Beyond(Transaction tx, Queue queue, JobState state, int limit)
    {
        var old = queue.KeepFor is { } kept ? await FinishedBefore(tx, queue.Name, state, tx.Now - kept, null, limit).ConfigureAwait(false) : [];
        var keep = state == JobState.Completed ? queue.KeepCompleted : queue.KeepFailed;
        if (keep is not { } count || old.Count >= limit) return old;
        var beyond = await tx.Query(Sql.Of("""
            SELECT seq FROM revela.endings WHERE queue = $1 AND state = $2 ORDER BY finished_at DESC, seq DESC LIMIT $3 OFFSET $4
            """).Bind(queue.Name).Bind((int)state).Bind(limit).Bind(count), row => row.Long()).ConfigureAwait(false);
        return [.. old.Union(beyond).Take(limit)];
    }

    static Task<List<long>> FinishedBefore(Transaction tx, string queue, JobState state, DateTimeOffset before, string? tenant, int limit) => tx.Query(Sql.Of("""
        SELECT seq FROM revela.endings e WHERE queue = $1 AND state = $2 AND finished_at < $3
            AND ($5::text IS NULL OR (SELECT tenant FROM revela.jobs j WHERE j.seq = e.seq) = $5) ORDER BY finished_at, seq LIMIT $4
        """).Bind(queue).Bind((int)state).Bind(before.ToUniversalTime()).Bind(limit).Bind(tenant), row => row.Long());

    /// <summary>Deletes those of these jobs that have ended; how many.</summary>
    public static async Task<int> Delete(Transaction tx, string tenant, Guid[] jobs)
    {
        var found = await tx.Query(Sql.Of("SELECT seq FROM revela.jobs WHERE tenant = $1 AND id = ANY($2)").Bind(tenant).Bind(jobs), row => row.Long()).ConfigureAwait(false);
        return found.Count == 0 ? 0 : await Delete(tx, [.. found]).ConfigureAwait(false);
    }

    /// <summary>
    /// Deletes finished jobs with all that only they lead to; how many there were. The ending is the fence: a job that is just being retried, or pruned by
    /// another process, is not among them.
    /// </summary>
    public static async Task<int> Delete(Transaction tx, long[] old)
    {
        List<(long Seq, string Queue, JobState State)> ended = [];
        var questions = new Questions();
        questions.Add(Sql.Of("SELECT 1 FROM revela.endings WHERE seq = ANY($1) ORDER BY seq FOR UPDATE").Bind(old), row => row.Int(), _ => { });
        questions.Add(Sql.Of("DELETE FROM revela.endings WHERE seq = ANY($1) RETURNING seq, queue, state").Bind(old),
            row => (row.Long(), row.Text(), (JobState)row.Int()), rows => ended = rows);
        await questions.Ask(tx).ConfigureAwait(false);
        if (ended.Count == 0) return 0;

        foreach (var (_, queue, state) in ended)
        {
            tx.Changes.Count(queue, new Tally
            {
                PrunedCompleted = state == JobState.Completed ? 1 : 0,
                PrunedFailed = state == JobState.Failed ? 1 : 0,
                PrunedCancelled = state == JobState.Cancelled ? 1 : 0,
            });
        }
        await DeleteRecords(tx, [.. ended.Select(row => row.Seq)]).ConfigureAwait(false);
        return ended.Count;
    }

    static async Task DeleteRecords(Transaction tx, long[] seqs)
    {
        List<string> objects = [];
        List<(JobHead Job, long Snapshot)> jobs = [];
        var questions = new Questions();
        questions.Add(Sql.Of("DELETE FROM revela.checkpoints WHERE seq = ANY($1) RETURNING object_key").Bind(seqs), row => row.Text(), rows => objects = rows);
        questions.Add(Sql.Of("""
            DELETE FROM revela.jobs WHERE seq = ANY($1) RETURNING seq, id, tenant, queue, asset, batch, item, work, snapshot
            """).Bind(seqs), row => (JobHead.Read(row), row.Long()), rows => jobs = rows);
        await questions.Ask(tx).ConfigureAwait(false);
        tx.Changes.DoomIfUnnamed(objects);
        foreach (var change in CallRows.DropReplies([.. jobs.Select(row => row.Job.Id)])) tx.Changes.First(change);

        (Guid, long)[] works = [.. jobs.Where(row => row.Job.Work is not null).Select(row => (row.Job.Work!.Value, row.Job.Seq))];
        if (works.Length > 0) await tx.Run(Works.Forget(works)).ConfigureAwait(false);
        await DropAssets(tx, jobs.ConvertAll(row => row.Job)).ConfigureAwait(false);

        var batches = jobs.Select(row => row.Job.Batch).OfType<Guid>().Distinct().Order().ToArray();
        if (batches.Length > 0)
            tx.Changes.First(Sql.Of("DELETE FROM revela.batches b WHERE id = ANY($1) AND NOT EXISTS (SELECT 1 FROM revela.jobs WHERE batch = b.id)").Bind(batches));
        tx.Changes.First(Snapshots.Forget(jobs.Select(row => row.Snapshot), tx.Now));
    }

    static async Task DropAssets(Transaction tx, List<JobHead> jobs)
    {
        var pictures = await tx.Query(Sql.Of("SELECT id FROM revela.assets WHERE job = ANY($1)").Bind(jobs.Select(job => job.Id).ToArray()), row => row.Guid()).ConfigureAwait(false);
        await Graves.DropUnused(tx, pictures.Concat(jobs.Select(job => job.Asset)).ToHashSet()).ConfigureAwait(false);
    }
}
