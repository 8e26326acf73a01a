using Revela.Core;
using Revela.Core.Events;
using Revela.Core.Jobs;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>The submissions that share a transaction, each taken wholly or refused before it changed anything.</summary>
sealed class SubmissionGroup(Transaction tx, Ground ground, Sharing sharing)
{
    static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(5);

    readonly List<JobRecord> records = [];
    readonly List<Waiting> waiting = [];

    // Numbered, and become no jobs.
    readonly List<JobDraft> untaken = [];

    // How urgent leaders became by those who joined them.
    readonly Dictionary<long, int> lifted = [];

    public Outcome<Submitted[]> Take(SubmissionDraft draft)
    {
        var submission = draft.Submission;
        try
        {
            if (submission.Idempotency is { } key && ground.Replays.Find(key) is { } earlier) return Untaken(draft, earlier);
            RefuseWhenFull(submission);
        }
        catch (RevelaException refusal)
        {
            return Untaken(draft, refusal);
        }
        if (submission.Batch is { } batch) AddBatch(batch, draft.Jobs.Length);
        var submitted = Array.ConvertAll(draft.Jobs, job => Take(job, submission.Batch?.Id));
        if (submission.Idempotency is { } kept) ground.Replays.Keep(tx.Changes, kept, submission.Batch?.Id, submitted, tx.Now);
        return submitted;
    }

    Outcome<Submitted[]> Untaken(SubmissionDraft draft, Outcome<Submitted[]> outcome)
    {
        untaken.AddRange(draft.Jobs);
        return outcome;
    }

    /// <summary>Hands all rows over to the commit.</summary>
    public void Write()
    {
        (Guid, long)[] forgotten = [.. untaken.Where(draft => draft.Work is not null).Select(draft => (draft.Work!.Value, draft.Seq))];
        if (forgotten.Length > 0) tx.Changes.First(Works.Forget(forgotten));
        if (records.Count > 0) tx.Changes.First(Tables.Jobs.Insert(records));
        foreach (var row in waiting)
        {
            tx.Changes.Wait(lifted.Remove(row.Job.Seq, out var priority)
                ? row with { Carried = row.Carried with { Alone = false, Priority = Math.Max(row.Carried.Priority, priority) } }
                : row);
        }
        if (lifted.Count == 0) return;
        foreach (var table in new[] { "ready", "leases" })
        {
            tx.Changes.First(Sql.Of($"UPDATE revela.{table} t SET priority = c.priority FROM unnest($1, $2) AS c(seq, priority) WHERE t.seq = c.seq AND t.priority < c.priority")
                .Bind(lifted.Keys.ToArray()).Bind(lifted.Values.ToArray()));
        }
    }

    Submitted Take(JobDraft draft, Guid? batch)
    {
        if (draft.Job is { OnlyIfItemIsIdle: true, ItemId: { } item } && ground.OpenJobs.TryGetValue(item, out var open))
        {
            untaken.Add(draft);
            return new Submitted(open.Id, open.Seq, SubmissionKind.AlreadyOpen);
        }
        var job = new JobHead(draft.Seq, draft.Job.Id, draft.Job.Tenant, draft.Job.Queue, draft.Job.AssetId, batch, draft.Job.ItemId, draft.Work);
        var runAt = draft.Job.RunAt is { } time ? Micros.Cut(time) : tx.Now;
        records.Add(new JobRecord(
            job, draft.Job.Pipeline.Name, ground.SnapshotOf(draft), draft.Job.Priority, draft.Metadata, draft.Tags, draft.Job.Megabytes, draft.Job.Cost, tx.Now, runAt));
        tx.Changes.Count(job.Queue, new Tally { Accepted = 1 });
        tx.Changes.Tell(EventTypes.Accepted, job);
        sharing.Finishing.Items.Begin(job, draft.Job.NewItem);

        var carried = new Carried { Priority = draft.Job.Priority, RunAt = runAt, Megabytes = draft.Job.Megabytes };
        return new Submitted(job.Id, job.Seq, sharing.TryReuse(job, carried) ? SubmissionKind.Reused : Enqueue(job, draft, carried), batch);
    }

    SubmissionKind Enqueue(JobHead job, JobDraft draft, Carried carried)
    {
        ground.Waiting++;
        if (job.Item is { } item) ground.OpenJobs[item] = (job.Id, job.Seq);
        carried = carried with { Bytes = ground.CountInput(job.Asset) };
        if (draft.Job.Parked is null && sharing.LeaderFor(job, carried.RunAt) is { } leader)
        {
            waiting.Add(new Waiting(job, Gate.Leader, null, null, leader.Seq, carried));
            lifted[leader.Seq] = Math.Max(lifted.GetValueOrDefault(leader.Seq, int.MinValue), carried.Priority);
            return SubmissionKind.Joined;
        }
        carried = carried with { Fair = ground.Shares.Place(tx.Changes, job.Queue, job.Tenant, draft.Cost), Alone = ground.Works.IsAlone(job) };
        var row = draft.Job.Parked is { } reason ? Attempts.Parked(job, carried, reason) : Waiting.InLine(job, carried, tx.Now);
        if (draft.Job.Parked is not null) tx.Changes.Tell(EventTypes.Parked, job, row.Parked);
        waiting.Add(row);
        sharing.Lead(row);
        return SubmissionKind.Enqueued;
    }

    void AddBatch(NewBatch batch, int total) => tx.Changes.First(Sql.Of("""
        INSERT INTO revela.batches (id, tenant, name, created_at, total, completed, failed, cancelled) VALUES ($1, $2, $3, $4, $5, 0, 0, 0)
        """).Bind(batch.Id).Bind(batch.Tenant).Bind(Sql.Clean(batch.Name)).Bind(tx.Now).Bind(total));

    void RefuseWhenFull(NewSubmission submission)
    {
        if (submission.MaxWaiting == long.MaxValue || ground.Waiting + submission.Jobs.Count <= submission.MaxWaiting) return;
        throw new RevelaException(ErrorCodes.Busy, "Too many jobs are waiting; try again a little later.", retryable: true) { RetryAfter = BusyFor };
    }
}
