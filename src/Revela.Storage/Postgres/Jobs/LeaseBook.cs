using Npgsql;
using Revela.Core.Jobs;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>
/// Leases on their way out: their rows are deleted and with that locked, so that of a settlement, a rescue and a second settlement
/// one alone gets the job (law 3). Comes with all that its ending will touch.
/// </summary>
sealed class LeaseBook
{
    readonly Dictionary<long, Leased> leases;

    LeaseBook(Dictionary<long, Leased> leases, Works works, ILookup<long, Waiting> followers, ILookup<long, CheckpointRow> checkpoints)
    {
        this.leases = leases;
        Works = works;
        Followers = followers;
        Checkpoints = checkpoints;
    }

    public Works Works { get; }
    public ILookup<long, Waiting> Followers { get; }

    /// <summary>By the number of their job.</summary>
    public ILookup<long, CheckpointRow> Checkpoints { get; }

    /// <summary>Those not yet given out.</summary>
    public IReadOnlyCollection<Leased> Rest => leases.Values;

    public Leased? Take(long lease, Guid job) => leases.TryGetValue(lease, out var leased) && leased.Job.Id == job && leases.Remove(lease) ? leased : null;

    /// <summary>The running jobs under these leases.</summary>
    // An array and rows one by one (OFFSET 0), not a join: the plan must not depend on how large the table was when last analysed.
    public static Task<LeaseBook> Close(Transaction tx, long[] ids, Guid[] jobs) => Open(tx, ids, Sql.Of($"""
        DELETE FROM revela.leases WHERE lease = ANY(ARRAY(
            SELECT l.lease FROM unnest($1, $2) AS held(lease, job), LATERAL (SELECT lease FROM revela.leases WHERE lease = held.lease AND job = held.job OFFSET 0) l))
        RETURNING {Leased.Columns}
        """).Bind(ids).Bind(jobs));

    /// <summary>Those of these leases that have ended by then.</summary>
    public static Task<LeaseBook> CloseExpired(Transaction tx, long[] ids, DateTimeOffset by) =>
        Open(tx, ids, Sql.Of($"DELETE FROM revela.leases WHERE lease = ANY($1) AND expires_at <= $2 RETURNING {Leased.Columns}").Bind(ids).Bind(by));

    static async Task<LeaseBook> Open(Transaction tx, long[] ids, NpgsqlBatchCommand delete)
    {
        var works = new Works(tx);
        List<Waiting> followers = [];
        List<CheckpointRow> checkpoints = [];
        List<Leased> leases = [];
        var questions = new Questions();
        questions.Add(Works.LockOfLeases(ids), Works.Read, works.Locked);
        questions.Add(Sql.Of($"""
            SELECT {Waiting.Columns} FROM revela.ready WHERE follows = ANY(ARRAY(SELECT seq FROM revela.leases WHERE lease = ANY($1) AND work IS NOT NULL))
            ORDER BY follows, priority DESC, seq FOR UPDATE
            """).Bind(ids), Waiting.Read, rows => followers = rows);
        questions.Add(Sql.Of("""
            SELECT seq, lease, object_key, cost_micros FROM revela.checkpoints WHERE seq = ANY(ARRAY(SELECT seq FROM revela.leases WHERE lease = ANY($1)))
            """).Bind(ids), CheckpointRow.Read, rows => checkpoints = rows);
        questions.Add(delete, Leased.Read, rows => leases = rows);
        await questions.Ask(tx).ConfigureAwait(false);
        return new LeaseBook(leases.ToDictionary(leased => leased.Lease), works, followers.ToLookup(row => row.Follows!.Value), checkpoints.ToLookup(row => row.Seq));
    }
}

/// <summary>What an ending needs to know of a checkpoint.</summary>
readonly record struct CheckpointRow(long Seq, long Lease, string ObjectKey, long CostMicros)
{
    public static CheckpointRow Read(Row row) => new(row.Long(), row.Long(), row.Text(), row.Long());

    /// <summary>What a tenant's job keeps of steps that are finished.</summary>
    public static async Task<IReadOnlyList<Checkpoint>> List(Transaction db, string tenant, Guid job)
    {
        var bodies = await db.Query(
            Sql.Of("SELECT c.body FROM revela.checkpoints c JOIN revela.jobs j ON j.seq = c.seq WHERE j.tenant = $1 AND j.id = $2 ORDER BY c.step").Bind(tenant).Bind(job),
            row => row.Text()).ConfigureAwait(false);
        return bodies.ConvertAll(body => RowJson.Read<Checkpoint>(body)!);
    }

    /// <summary>The job is done with its checkpoints; objects that no output shows go too.</summary>
    public static void Drop(Changes changes, IReadOnlyCollection<CheckpointRow> checkpoints)
    {
        if (checkpoints.Count == 0) return;
        changes.First(Sql.Of("DELETE FROM revela.checkpoints WHERE seq = ANY($1)").Bind(checkpoints.Select(row => row.Seq).Distinct().ToArray()));
        changes.DoomIfUnnamed(checkpoints.Select(row => row.ObjectKey));
    }
}
