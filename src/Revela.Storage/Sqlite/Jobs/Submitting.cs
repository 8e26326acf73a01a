using Revela.Core;
using Revela.Core.Events;
using Revela.Core.Jobs;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>Takes jobs in: all of a submission or none, in one transaction (law 2).</summary>
sealed class Submitting(Snapshots snapshots)
{
    static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(5);

    /// <summary>All that can be prepared off the writer's thread.</summary>
    public Func<WriteTransaction, IReadOnlyList<Submitted>> Prepare(NewSubmission submission)
    {
        var drafts = submission.Jobs.Select(job => Draft.Of(job, snapshots)).ToArray();
        return tx => Submit(tx, submission, drafts);
    }

    static IReadOnlyList<Submitted> Submit(WriteTransaction tx, NewSubmission submission, Draft[] drafts)
    {
        if (submission.Idempotency is { } key && Replays.Find(tx, key) is { } earlier) return earlier;
        RefuseWhenFull(tx, submission);
        if (submission.Batch is { } batch) AddBatch(tx, batch, drafts.Length);

        var submitted = new Submitted[drafts.Length];
        for (var i = 0; i < drafts.Length; i++) submitted[i] = Submit(tx, drafts[i], submission.Batch?.Id);
        if (submission.Idempotency is { } kept) Replays.Keep(tx, kept, submission.Batch?.Id, submitted);
        return submitted;
    }

    static Submitted Submit(WriteTransaction tx, Draft draft, Guid? batch)
    {
        if (draft.Job is { OnlyIfItemIsIdle: true, ItemId: { } item } && ItemRows.OpenJob(tx.Db, item) is { } open)
            return new Submitted(open, JobHead.Find(tx.Db, draft.Job.Tenant, open)!.Value.Seq, SubmissionKind.AlreadyOpen);
        if (draft.Job.NewItem is { } made) ItemRows.Add(tx, made);
        var job = new JobHead(tx.NextJob(), draft.Job.Id, draft.Job.Tenant, draft.Job.Queue, draft.Job.AssetId, batch, draft.Job.ItemId, draft.Work);
        AddRecord(tx, job, draft);
        ItemRows.Begin(tx, job);
        tx.Line(job.Queue).Now.Accepted++;
        EventRows.Add(tx, EventTypes.Accepted, job);

        var same = job.Work is null ? null : Work.Find(tx.Db, job.Work);
        var kind = same is { } seq && Sharing.TryReuse(tx, job, Carry(tx, draft), seq) ? SubmissionKind.Reused : Enqueue(tx, job, draft, same);
        return new Submitted(job.Id, job.Seq, kind, batch);
    }

    static SubmissionKind Enqueue(WriteTransaction tx, in JobHead job, Draft draft, long? same)
    {
        var carried = Carry(tx, draft) with { Bytes = Intake.BytesOf(tx.Db, job) };
        if (draft.Job.Parked is null && same is { } leader && Sharing.MayFollow(tx, leader, carried.RunAt))
        {
            ReadyRows.Follow(tx, job, carried, leader);
            Followers.Lift(tx, leader, carried.Priority);
            return SubmissionKind.Joined;
        }
        carried.Fair = tx.Shares.Place(tx.Line(job.Queue), job.Tenant, draft.Job.Cost);
        if (draft.Job.Parked is { } reason) Park(tx, job, carried, reason);
        else ReadyRows.Wait(tx, job, carried);
        Work.StandFor(tx, job);
        return SubmissionKind.Enqueued;
    }

    static void Park(WriteTransaction tx, in JobHead job, in Carried carried, Parked reason)
    {
        ReadyRows.Park(tx, job, carried, reason);
        EventRows.Add(tx, EventTypes.Parked, job, RowJson.Write(reason));
    }

    static Carried Carry(WriteTransaction tx, Draft draft) => new()
    {
        Priority = draft.Job.Priority,
        RunAt = Micros.Of(draft.Job.RunAt ?? tx.Now),
        Megabytes = draft.Job.Megabytes,
    };

    static void AddRecord(WriteTransaction tx, in JobHead job, Draft draft)
    {
        var snapshot = tx.Snapshots.Keep(draft.Snapshot);
        using var insert = tx.Db.Use("""
            INSERT INTO jobs (seq, id, tenant, queue, pipeline, snapshot, asset, priority, batch, item, work, metadata, tags, megabytes, cost, created_at, run_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """);
        insert.Bind(job.Seq).Bind(job.Id).Bind(job.Tenant).Bind(job.Queue).Bind(draft.Job.Pipeline.Name).Bind(snapshot).Bind(job.AssetId)
            .Bind(draft.Job.Priority).Bind(job.BatchId).Bind(job.ItemId).Bind(job.Work).Bind(draft.Metadata).Bind(draft.Tags)
            .Bind(draft.Job.Megabytes).Bind(draft.Job.Cost).Bind(tx.Now).Bind(draft.Job.RunAt ?? tx.Now).Run();
    }

    static void AddBatch(WriteTransaction tx, NewBatch batch, int total)
    {
        using var insert = tx.Db.Use("INSERT INTO batches (id, tenant, name, created_at, total, completed, failed, cancelled) VALUES (?, ?, ?, ?, ?, 0, 0, 0)");
        insert.Bind(batch.Id).Bind(batch.Tenant).Bind(batch.Name).Bind(tx.Now).Bind(total).Run();
    }

    static void RefuseWhenFull(WriteTransaction tx, NewSubmission submission)
    {
        if (submission.MaxWaiting == long.MaxValue) return;
        if (tx.Lines().Sum(line => line.Now.Pending) + submission.Jobs.Count <= submission.MaxWaiting) return;
        throw new RevelaException(ErrorCodes.Busy, "Too many jobs are waiting; try again a little later.", retryable: true) { RetryAfter = BusyFor };
    }

    sealed record Draft(NewJob Job, SnapshotText Snapshot, byte[]? Work, string? Metadata, string? Tags)
    {
        public static Draft Of(NewJob job, Snapshots snapshots) =>
            new(job, snapshots.TextOf(job.Pipeline), Jobs.Work.Hash(job.Tenant, job.ContentKey), RowJson.WriteObject(job.Metadata), RowJson.WriteList(job.Tags));
    }
}
