using Npgsql;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>
/// Which job stands for a piece of identical work inside a tenant (law 6): the one in flight, or the one that completed last.
/// Whoever joins, leads, ends or cancels such a job locks the row of its work first; so one piece of work never has two leaders.
/// </summary>
sealed class Works(Transaction tx)
{
    readonly Dictionary<Guid, long> standing = [];
    readonly HashSet<Guid> repeated = [];
    readonly SortedDictionary<Guid, long> changed = [];

    // Told from statement to statement of a transaction by a setting of it, so that all travel in one round trip.
    const string Setting = "revela.known_works";

    /// <summary>Hashes of those of the works named to <see cref="Number"/> that were there before.</summary>
    public const string Known = $"unnest(current_setting('{Setting}')::uuid[])";

    /// <summary>
    /// Numbers for new jobs, in their order, and whether any of their works was there before. A work that is new gets its row at once, which stands for its first job:
    /// two servers must not both find none and both run it. The one that comes second waits for the first, and finds it.
    /// </summary>
    /// <param name="works">Of each job.</param>
    public static NpgsqlBatchCommand Number(Guid?[] works) => Sql.Of($$"""
        SELECT numbers, set_config('{{Setting}}', revela.write_works($1, numbers)::text, true) <> '{}'
        FROM (SELECT ARRAY(SELECT nextval('revela.job_seq') FROM generate_series(1, cardinality($1))) AS numbers OFFSET 0) given
        """).Bind(works);

    /// <summary>Locks them, and says of the jobs that stand for them that they are not alone any more: their endings must wait, too.</summary>
    // Rows one by one, and then by their places: no plan may read a whole table for them, and they are locked in that order. One that moved
    // while this waited for it is still called alone, and is met another time.
    public static NpgsqlBatchCommand LockKnown() => Sql.Of($"""
        WITH known AS MATERIALIZED (
            SELECT w.* FROM (SELECT hash FROM {Known} AS hash ORDER BY hash) named CROSS JOIN LATERAL (SELECT * FROM revela.works WHERE hash = named.hash OFFSET 0 FOR UPDATE) w
        ),
        waiting AS (UPDATE revela.ready SET alone = false WHERE ctid = ANY(ARRAY(
            SELECT r.at FROM known CROSS JOIN LATERAL (SELECT ctid AS at FROM revela.ready WHERE seq = known.seq AND alone OFFSET 0) r))),
        running AS (UPDATE revela.leases SET alone = false WHERE ctid = ANY(ARRAY(
            SELECT l.at FROM known CROSS JOIN LATERAL (SELECT id FROM revela.jobs WHERE seq = known.seq OFFSET 0) j
                CROSS JOIN LATERAL (SELECT ctid AS at FROM revela.leases WHERE job = j.id AND alone OFFSET 0) l)))
        SELECT hash, seq FROM known
        """);

    public static NpgsqlBatchCommand Lock(Guid work) => Sql.Of("SELECT hash, seq FROM revela.works WHERE hash = $1 FOR UPDATE").Bind(work);

    /// <summary>Deletes the rows that stand for these jobs, which are gone or never came to be.</summary>
    public static NpgsqlBatchCommand Forget(IReadOnlyCollection<(Guid Work, long Seq)> jobs) => Sql.Of("DELETE FROM revela.works WHERE (hash, seq) IN (SELECT * FROM unnest($1, $2))")
        .Bind(jobs.Select(job => job.Work).ToArray()).Bind(jobs.Select(job => job.Seq).ToArray());

    public static (Guid Work, long Seq) Read(Row row) => (row.Guid(), row.Long());

    public void Locked(IEnumerable<(Guid Work, long Seq)> rows)
    {
        foreach (var (work, seq) in rows) standing[work] = seq;
    }

    /// <summary>The row was made for this job, unless it was there before.</summary>
    public void Made(Guid work, long seq)
    {
        if (!standing.TryAdd(work, seq)) repeated.Add(work);
    }

    /// <summary>Whether more than one job of this transaction has this work.</summary>
    public bool IsRepeated(Guid work) => repeated.Contains(work);

    /// <summary>Whether nothing else has to do with the job's work, as far as the rows locked or made tell.</summary>
    public bool IsAlone(JobHead job) => job.Work is not { } work || standing.GetValueOrDefault(work) == job.Seq;

    public void StandFor(JobHead job)
    {
        if (job.Work is not { } work || standing.GetValueOrDefault(work) == job.Seq) return;
        standing[work] = job.Seq;
        if (changed.Count == 0) tx.Changes.Last(Write);
        changed[work] = job.Seq;
    }

    NpgsqlBatchCommand Write() => Sql.Of("INSERT INTO revela.works (hash, seq) SELECT * FROM unnest($1, $2) ON CONFLICT (hash) DO UPDATE SET seq = excluded.seq")
        .Bind(changed.Keys.ToArray()).Bind(changed.Values.ToArray());
}
