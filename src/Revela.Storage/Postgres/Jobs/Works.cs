using Npgsql;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>
/// Which job stands for a piece of identical work inside a tenant (law 6): the one in flight, or the one that completed last.
/// Whoever joins, leads, ends or cancels such a job locks the row of its work first; so one piece of work never has two leaders.
/// </summary>
sealed class Works(Transaction tx)
{
    readonly Dictionary<Guid, long> standing = [];
    readonly SortedDictionary<Guid, long> changed = [];

    public static NpgsqlBatchCommand Lock(Guid[] works) =>
        Sql.Of("SELECT hash, seq FROM revela.works WHERE hash = ANY($1) ORDER BY hash FOR UPDATE").Bind(works);

    public static NpgsqlBatchCommand LockOfLeases(long[] leases) => Sql.Of("""
        SELECT hash, seq FROM revela.works WHERE hash = ANY(ARRAY(SELECT work FROM revela.leases WHERE lease = ANY($1) AND work IS NOT NULL)) ORDER BY hash FOR UPDATE
        """).Bind(leases);

    public static (Guid Work, long Seq) Read(Row row) => (row.Guid(), row.Long());

    public void Locked(IEnumerable<(Guid Work, long Seq)> rows)
    {
        foreach (var (work, seq) in rows) standing[work] = seq;
    }

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
