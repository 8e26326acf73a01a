using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Storage.Sqlite.Jobs;

namespace Revela.Storage.Sqlite;

/// <summary>Every job, in the embedded database: each verb of the port is one method that hands on to the class of that ability.</summary>
sealed class SqliteJobStore : IJobStore
{
    // A prune goes in pieces, so that it never holds up the commits of others for long.
    const int PruneAtOnce = 100;

    readonly SqliteDatabase database;
    readonly Snapshots snapshots = new();
    readonly Submitting submitting;
    readonly Claiming claiming;
    readonly Listing listing;
    readonly Holding holding;

    public SqliteJobStore(SqliteDatabase database)
    {
        this.database = database;
        submitting = new Submitting(snapshots);
        claiming = new Claiming(snapshots);
        listing = new Listing(snapshots);
        holding = new Holding(snapshots);
    }

    public Task<IReadOnlyList<Submitted>> Submit(NewSubmission submission, CancellationToken cancel) =>
        database.Write(submitting.Prepare(submission), cancel);

    public async Task<ClaimResult> Claim(ClaimRequest request, CancellationToken cancel) =>
        (await database.Write(tx => claiming.Claim(tx, request), cancel).ConfigureAwait(false)).ToResult();

    public async Task<IReadOnlyList<StopOrder>> Renew(IReadOnlyList<LeaseReport> reports, TimeSpan leaseFor, CancellationToken cancel) =>
        reports.Count == 0 ? [] : await database.Write(tx => Leasing.Renew(tx, reports, leaseFor), cancel).ConfigureAwait(false);

    public Task<bool> SaveCheckpoint(Guid jobId, long lease, Checkpoint checkpoint, CancellationToken cancel)
    {
        var body = RowJson.Write(checkpoint)!;
        return database.Write(tx => Leasing.SaveCheckpoint(tx, jobId, lease, checkpoint, body), cancel);
    }

    public Task<bool> Settle(Settlement settlement, CancellationToken cancel) => database.Write(Settling.Prepare(settlement), cancel);

    public async Task<ClaimedJob?> FindHeld(Guid jobId, long lease, CancellationToken cancel) =>
        (await database.Read(db => holding.Find(db, jobId, lease), cancel).ConfigureAwait(false))?.ToClaimed();

    public async Task<IReadOnlyList<ClaimedJob>> ListHeld(string worker, CancellationToken cancel) =>
        (await database.Read(db => holding.List(db, worker), cancel).ConfigureAwait(false)).ConvertAll(held => held.ToClaimed());

    public Task<bool> WasSettled(Guid jobId, long lease, CancellationToken cancel) => database.Read(db => SettledRows.Has(db, jobId, lease), cancel);

    public Task<JobError?> FindQuarantine(string tenant, string sha256, CancellationToken cancel) =>
        database.Read(db => Quarantine.Find(db, tenant, sha256), cancel);

    public async Task<IReadOnlyList<QuarantinedInput>> ListQuarantine(string tenant, int limit, CancellationToken cancel) =>
        await database.Read(db => Quarantine.List(db, tenant, limit), cancel).ConfigureAwait(false);

    public Task<bool> ReleaseQuarantine(string tenant, string sha256, CancellationToken cancel) =>
        database.Write(tx => Quarantine.Release(tx, tenant, sha256), cancel);

    public async Task<Job?> Get(string tenant, Guid jobId, CancellationToken cancel) =>
        (await database.Read(db => JobRow.Find(db, snapshots, tenant, jobId), cancel).ConfigureAwait(false))?.ToJob();

    public async Task<Job?> Find(string tenant, long seq, CancellationToken cancel) =>
        await database.Read(db => JobRow.Find(db, snapshots, seq), cancel).ConfigureAwait(false) is { } row && row.Plain.Tenant == tenant ? row.ToJob() : null;

    public async Task<Page<Job>> List(JobQuery query, CancellationToken cancel)
    {
        var now = database.Time.GetUtcNow();
        var page = await database.Read(db => listing.List(db, query, now), cancel).ConfigureAwait(false);
        return new Page<Job>([.. page.Items.Select(row => row.ToJob())], page.Next);
    }

    public async Task<IReadOnlyList<Checkpoint>> ListCheckpoints(string tenant, Guid jobId, CancellationToken cancel) =>
        (await database.Read(db => CheckpointRows.Read(db, tenant, jobId), cancel).ConfigureAwait(false)).ConvertAll(body => RowJson.Read<Checkpoint>(body)!);

    public Task<Batch?> GetBatch(string tenant, Guid batchId, CancellationToken cancel) =>
        database.Read(db => Batches.Find(db, tenant, batchId), cancel);

    public Task<Page<Batch>> ListBatches(string tenant, string? cursor, int limit, CancellationToken cancel) =>
        database.Read(db => Batches.List(db, tenant, cursor, limit), cancel);

    public Task<JobState?> Cancel(string tenant, Guid jobId, CancellationToken cancel) =>
        database.Write(tx => Ordering.Cancel(tx, tenant, jobId), cancel);

    public Task<JobState?> Retry(string tenant, Guid jobId, CancellationToken cancel) =>
        database.Write(tx => Ordering.Retry(tx, tenant, jobId), cancel);

    public Task<IReadOnlyDictionary<string, int>> CountParked(string tenant, int most, CancellationToken cancel) =>
        database.Read(db => Listing.CountParked(db, tenant, most), cancel);

    public Task<int> Unpark(string code, string? queue, CancellationToken cancel) =>
        database.Write(tx => Ordering.Unpark(tx, code, queue), cancel);

    public Task<int> Rescue(int maxLosses, CancellationToken cancel) => database.Write(tx => Rescuing.Rescue(tx, maxLosses), cancel);

    public Task<int> ExpireLeases(string worker, CancellationToken cancel) => database.Write(tx => Rescuing.ExpireLeases(tx, worker), cancel);

    public async Task<int> Prune(PruneRequest request, int limit, CancellationToken cancel)
    {
        var pruned = 0;
        while (pruned < limit)
        {
            var now = await database.Write(tx => Pruning.Prune(tx, request, Math.Min(PruneAtOnce, limit - pruned)), cancel).ConfigureAwait(false);
            pruned += now;
            if (now < PruneAtOnce) break;
        }
        return pruned;
    }

    public async Task<int> Delete(string tenant, IReadOnlyCollection<Guid> jobIds, CancellationToken cancel)
    {
        var deleted = 0;
        foreach (var some in jobIds.Chunk(PruneAtOnce)) deleted += await database.Write(tx => Pruning.Delete(tx, tenant, some), cancel).ConfigureAwait(false);
        return deleted;
    }

    public async Task<IReadOnlyList<QueueLedger>> Ledger(CancellationToken cancel) =>
        await database.Read(LedgerRows.Kept, cancel).ConfigureAwait(false);

    public async Task<IReadOnlyList<QueueLedger>> CountLedger(CancellationToken cancel) =>
        await database.Read(LedgerRows.Counted, cancel).ConfigureAwait(false);
}
