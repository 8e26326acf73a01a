using System.Collections.Concurrent;
using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>
/// Takes jobs in, the submissions of many callers in one commit: each wholly or not at all (law 2).
/// One round trip asks and locks what they stand on, the next writes everything and commits.
/// </summary>
sealed class Submitting(PostgresDatabase database, Snapshots snapshots)
{
    readonly ConcurrentDictionary<string, bool> knownQueues = new(StringComparer.Ordinal);

    /// <summary>All that can be prepared before the transaction.</summary>
    public SubmissionDraft Prepare(NewSubmission submission) => new(submission, [.. submission.Jobs.Select(job => JobDraft.Of(job, snapshots))]);

    /// <exception cref="RevelaException">Refused.</exception>
    public async Task<Submitted[]> SubmitAlone(SubmissionDraft draft, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return (await Submit([draft]).ConfigureAwait(false))[0].Unwrap();
    }

    public async Task<IReadOnlyList<Outcome<Submitted[]>>> Submit(IReadOnlyList<SubmissionDraft> drafts)
    {
        Ground ground = null!;
        var outcomes = await database.Write(async tx =>
        {
            ground = new Ground(tx, snapshots);
            await ground.Survey(drafts).ConfigureAwait(false);
            var sharing = new Sharing(tx, ground);
            await sharing.LoadResults().ConfigureAwait(false);
            AddQueues(tx, drafts);

            var group = new SubmissionGroup(tx, ground, sharing);
            var taken = drafts.Select(group.Take).ToArray();
            group.Write();
            await sharing.Finishing.Items.Write().ConfigureAwait(false);
            return taken;
        }, CancellationToken.None).ConfigureAwait(false);

        snapshots.Remember(ground.NewSnapshots, database.Time.GetUtcNow());
        foreach (var draft in drafts.SelectMany(draft => draft.Jobs)) knownQueues.TryAdd(draft.Job.Queue, true);
        return outcomes;
    }

    // A queue exists from its first job.
    void AddQueues(Transaction tx, IReadOnlyList<SubmissionDraft> drafts)
    {
        var unknown = drafts.SelectMany(draft => draft.Jobs).Select(draft => draft.Job.Queue).Where(queue => !knownQueues.ContainsKey(queue))
            .Distinct().Order(StringComparer.Ordinal).ToArray();
        if (unknown.Length == 0) return;
        tx.Changes.First(Sql.Of("INSERT INTO revela.queues (name) SELECT * FROM unnest($1) ON CONFLICT DO NOTHING").Bind(unknown));
    }
}

sealed record SubmissionDraft(NewSubmission Submission, JobDraft[] Jobs);

/// <param name="Tags">JSON, as is <paramref name="Metadata"/>.</param>
sealed record JobDraft(NewJob Job, SnapshotText Snapshot, Guid? Work, string? Metadata, string? Tags)
{
    // A job that claims to cost nothing still takes its turn.
    const double LeastCost = 0.001;

    /// <summary>The job's number, given by the transaction that is about to write it.</summary>
    public long Seq { get; set; }

    public double Cost => double.IsFinite(Job.Cost) ? Math.Max(Job.Cost, LeastCost) : LeastCost;

    public static JobDraft Of(NewJob job, Snapshots snapshots) => new(
        job, snapshots.TextOf(job.Pipeline), JobHead.WorkOf(job.Tenant, job.ContentKey), RowJson.WriteObject(job.Metadata),
        RowJson.WriteList(job.Tags.Any(tag => tag.Contains('\0')) ? [.. job.Tags.Select(tag => Sql.Clean(tag)!)] : job.Tags));
}
