using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Storage.Postgres.Jobs;

namespace Revela.Storage.Postgres;

/// <summary>Every job, in PostgreSQL: each verb of the port is one method that hands on to the class of that ability.</summary>
sealed class PostgresJobStore : IJobStore
{
    // Larger groups only make their first caller wait longer; the gain of sharing a commit is had by then.
    const int MostSubmissions = 256, MostSettlements = 1000;

    // A submission of so many jobs gains nothing by sharing a commit, and need not wait for another.
    const int Many = 100;

    // A prune goes in pieces, so that it never holds locks for long.
    const int PruneAtOnce = 500;

    readonly PostgresDatabase database;
    readonly Submitting submitting;
    readonly Claiming claiming;
    readonly Listing listing;
    readonly Holding holding;
    readonly Lane<SubmissionDraft, Submitted[]> submissions;
    readonly Lane<SettlementDraft, bool> settlements, settlementsInCompany;

    public PostgresJobStore(PostgresDatabase database)
    {
        this.database = database;
        var snapshots = new Snapshots();
        submitting = new Submitting(database, snapshots);
        claiming = new Claiming(database, snapshots);
        listing = new Listing(snapshots);
        holding = new Holding(snapshots);
        // While one group waits for its commit the next is on its way.
        submissions = new Lane<SubmissionDraft, Submitted[]>(MostSubmissions, runners: 2, submitting.Submit);
        settlements = Settlements(LeaseBook.CloseAlone);
        settlementsInCompany = Settlements(LeaseBook.Close);
    }

    Lane<SettlementDraft, bool> Settlements(Func<Transaction, long[], Guid[], Task<LeaseBook>> close) =>
        new(MostSettlements, runners: 1, drafts => database.Write(tx => Settling.Settle(tx, drafts, close), CancellationToken.None));

    public async Task<IReadOnlyList<Submitted>> Submit(NewSubmission submission, CancellationToken cancel)
    {
        if (submission.Jobs.Count == 0 && submission.Batch is null) return [];
        var draft = submitting.Prepare(submission);
        return await (submission.Jobs.Count < Many ? submissions.Join(draft, cancel) : submitting.SubmitAlone(draft, cancel)).ConfigureAwait(false);
    }

    public Task<ClaimResult> Claim(ClaimRequest request, CancellationToken cancel) => claiming.Claim(request, cancel);

    public async Task<IReadOnlyList<StopOrder>> Renew(IReadOnlyList<LeaseReport> reports, TimeSpan leaseFor, CancellationToken cancel) =>
        reports.Count == 0 ? [] : await database.Write(tx => Leasing.Renew(tx, reports, leaseFor), cancel).ConfigureAwait(false);

    public Task<bool> SaveCheckpoint(Guid jobId, long lease, Checkpoint checkpoint, CancellationToken cancel)
    {
        var body = RowJson.Write(checkpoint)!;
        return database.Write(tx => Leasing.SaveCheckpoint(tx, jobId, lease, checkpoint, body), cancel);
    }

    // Few jobs share their work, and only those need the locks that keep their fellows away: in a transaction of its own, so that it locks works before leases.
    public async Task<bool> Settle(Settlement settlement, CancellationToken cancel)
    {
        var draft = SettlementDraft.Of(settlement);
        return await settlements.Join(draft, cancel).ConfigureAwait(false) || await settlementsInCompany.Join(draft, CancellationToken.None).ConfigureAwait(false);
    }

    public Task<ClaimedJob?> FindHeld(Guid jobId, long lease, CancellationToken cancel) => database.Read(db => holding.Find(db, jobId, lease), cancel);

    public Task<IReadOnlyList<ClaimedJob>> ListHeld(string worker, CancellationToken cancel) => database.Read(db => holding.List(db, worker), cancel);

    public Task<bool> WasSettled(Guid jobId, long lease, CancellationToken cancel) => database.Read(db => SettledRows.Has(db, jobId, lease), cancel);

    public Task<JobError?> FindQuarantine(string tenant, string sha256, CancellationToken cancel) =>
        database.Read(db => Quarantine.Find(db, tenant, sha256), cancel);

    public Task<IReadOnlyList<QuarantinedInput>> ListQuarantine(string tenant, int limit, CancellationToken cancel) =>
        database.Read(db => Quarantine.List(db, tenant, limit), cancel);

    public Task<bool> ReleaseQuarantine(string tenant, string sha256, CancellationToken cancel) =>
        database.Write(tx => Quarantine.Release(tx, tenant, sha256), cancel);

    public Task<Job?> Get(string tenant, Guid jobId, CancellationToken cancel) => database.Read(db => listing.Get(db, tenant, jobId), cancel);

    public Task<Job?> Find(string tenant, long seq, CancellationToken cancel) => database.Read(db => listing.Find(db, tenant, seq), cancel);

    public Task<Page<Job>> List(JobQuery query, CancellationToken cancel) => database.Read(db => listing.List(db, query), cancel);

    public Task<IReadOnlyList<Checkpoint>> ListCheckpoints(string tenant, Guid jobId, CancellationToken cancel) =>
        database.Read(db => CheckpointRow.List(db, tenant, jobId), cancel);

    public Task<Batch?> GetBatch(string tenant, Guid batchId, CancellationToken cancel) => database.Read(db => Batches.Find(db, tenant, batchId), cancel);

    public Task<Page<Batch>> ListBatches(string tenant, string? cursor, int limit, CancellationToken cancel) =>
        database.Read(db => Batches.List(db, tenant, cursor, limit), cancel);

    public Task<JobState?> Cancel(string tenant, Guid jobId, CancellationToken cancel) => database.Write(tx => Ordering.Cancel(tx, tenant, jobId), cancel);

    public Task<JobState?> Retry(string tenant, Guid jobId, CancellationToken cancel) => database.Write(tx => Ordering.Retry(tx, tenant, jobId), cancel);

    public Task<IReadOnlyDictionary<string, int>> CountParked(string tenant, int most, CancellationToken cancel) =>
        database.Read(db => Listing.CountParked(db, tenant, most), cancel);

    public Task<int> Unpark(string code, string? queue, CancellationToken cancel) => database.Write(tx => Ordering.Unpark(tx, code, queue), cancel);

    public Task<int> Rescue(int maxLosses, CancellationToken cancel) => database.Write(tx => Rescuing.Rescue(tx, maxLosses), cancel);

    public Task<int> ExpireLeases(string worker, CancellationToken cancel) => database.Write(tx => Rescuing.ExpireLeases(tx, worker), cancel);

    public async Task<int> Prune(PruneRequest request, int limit, CancellationToken cancel)
    {
        var pruned = 0;
        while (pruned < limit)
        {
            var piece = Math.Min(PruneAtOnce, limit - pruned);
            var now = await database.Write(tx => Pruning.Prune(tx, request, piece), cancel).ConfigureAwait(false);
            pruned += now;
            if (now < piece) break;
        }
        return pruned;
    }

    public async Task<int> Delete(string tenant, IReadOnlyCollection<Guid> jobIds, CancellationToken cancel)
    {
        var deleted = 0;
        foreach (var some in jobIds.Chunk(PruneAtOnce)) deleted += await database.Write(tx => Pruning.Delete(tx, tenant, some), cancel).ConfigureAwait(false);
        return deleted;
    }

    public Task<IReadOnlyList<QueueLedger>> Ledger(CancellationToken cancel) => database.Read(LedgerRows.Kept, cancel);

    public Task<IReadOnlyList<QueueLedger>> CountLedger(CancellationToken cancel) => database.Read(LedgerRows.Counted, cancel);
}
