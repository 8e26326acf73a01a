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

    // $1 leases, $2 their jobs. Rows one by one (OFFSET 0), not a join: the plan must not depend on how large the table was when last analysed.
    const string Held = """
        unnest($1, $2) AS held(lease, job)
            CROSS JOIN LATERAL (SELECT ctid AS at, * FROM revela.leases WHERE job = held.job AND lease = held.lease OFFSET 0) l
        """;

    const string Delete = $"DELETE FROM revela.leases WHERE job = ANY(ARRAY(SELECT l.job FROM {Held}))";

    // By their places, which is faster. One that is being renewed at this moment may be passed over.
    const string DeleteAlone = $"DELETE FROM revela.leases WHERE alone AND ctid = ANY(ARRAY(SELECT l.at FROM {Held}))";

    const string CheckpointsOf = $"""
        SELECT c.seq, c.lease, c.object_key, c.cost_micros FROM {Held} CROSS JOIN LATERAL (SELECT * FROM revela.checkpoints WHERE seq = l.seq OFFSET 0) c
        """;

    LeaseBook(List<Leased> leases, Works works, List<Waiting> followers, List<CheckpointRow> checkpoints)
    {
        this.leases = leases.ToDictionary(leased => leased.Lease);
        Works = works;
        Followers = followers.ToLookup(row => row.Follows!.Value);
        Checkpoints = checkpoints.ToLookup(row => row.Seq);
    }

    public Works Works { get; }
    public ILookup<long, Waiting> Followers { get; }

    /// <summary>By the number of their job.</summary>
    public ILookup<long, CheckpointRow> Checkpoints { get; }

    /// <summary>Those not yet given out.</summary>
    public IReadOnlyCollection<Leased> Rest => leases.Values;

    public Leased? Take(long lease, Guid job) => leases.TryGetValue(lease, out var leased) && leased.Job.Id == job && leases.Remove(lease) ? leased : null;

    /// <summary>The running jobs under these leases.</summary>
    public static Task<LeaseBook> Close(Transaction tx, long[] ids, Guid[] jobs) => Open(tx, ids, jobs, Sql.Of($"{Delete} RETURNING {Leased.Columns}").Bind(ids).Bind(jobs));

    /// <summary>Those of them that are alone with their work, so that nobody follows them and no other job stands for it; not all of them, perhaps.</summary>
    public static async Task<LeaseBook> CloseAlone(Transaction tx, long[] ids, Guid[] jobs)
    {
        List<CheckpointRow> checkpoints = [];
        List<Leased> leases = [];
        var questions = new Questions();
        questions.Add(Sql.Of(CheckpointsOf).Bind(ids).Bind(jobs), CheckpointRow.Read, rows => checkpoints = rows);
        questions.Add(Sql.Of($"{DeleteAlone} RETURNING {Leased.Columns}").Bind(ids).Bind(jobs), Leased.Read, rows => leases = rows);
        await questions.Ask(tx).ConfigureAwait(false);
        return new LeaseBook(leases, new Works(tx), [], checkpoints);
    }

    /// <summary>Those of these leases that have ended by then.</summary>
    public static Task<LeaseBook> CloseExpired(Transaction tx, long[] ids, Guid[] jobs, DateTimeOffset by) =>
        Open(tx, ids, jobs, Sql.Of($"{Delete} AND expires_at <= $3 RETURNING {Leased.Columns}").Bind(ids).Bind(jobs).Bind(by));

    static async Task<LeaseBook> Open(Transaction tx, long[] ids, Guid[] jobs, NpgsqlBatchCommand delete)
    {
        var works = new Works(tx);
        List<Waiting> followers = [];
        List<CheckpointRow> checkpoints = [];
        List<Leased> leases = [];
        var questions = new Questions();
        questions.Add(Sql.Of($"SELECT hash, seq FROM revela.works WHERE hash = ANY(ARRAY(SELECT l.work FROM {Held})) ORDER BY hash FOR UPDATE").Bind(ids).Bind(jobs), Works.Read, works.Locked);
        questions.Add(Sql.Of($"""
            SELECT {Waiting.Columns} FROM revela.ready WHERE follows = ANY(ARRAY(SELECT l.seq FROM {Held})) ORDER BY follows, priority DESC, seq FOR UPDATE
            """).Bind(ids).Bind(jobs), Waiting.Read, rows => followers = rows);
        questions.Add(Sql.Of(CheckpointsOf).Bind(ids).Bind(jobs), CheckpointRow.Read, rows => checkpoints = rows);
        questions.Add(delete, Leased.Read, rows => leases = rows);
        await questions.Ask(tx).ConfigureAwait(false);
        return new LeaseBook(leases, works, followers, checkpoints);
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
