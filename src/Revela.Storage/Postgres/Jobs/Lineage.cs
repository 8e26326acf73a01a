namespace Revela.Storage.Postgres.Jobs;

/// <summary>All that pictures led to, found from row to row: pictures that were made of them, jobs that read or made any of these, and what else those jobs made.</summary>
sealed class Lineage
{
    readonly Dictionary<long, JobHead> jobs = [];
    readonly HashSet<Guid> assets = [];

    public IReadOnlyCollection<JobHead> Jobs => jobs.Values;

    public IReadOnlyCollection<Guid> Assets => assets;

    /// <summary>Ids of the jobs that have not ended; the others cannot run again before the commit.</summary>
    public IReadOnlyList<Guid> Unfinished { get; private set; } = [];

    /// <param name="copies">Also from all pictures of the tenant with the same bytes.</param>
    public static async Task<Lineage> Of(Transaction tx, string tenant, IReadOnlyCollection<Guid> roots, bool copies)
    {
        var lineage = new Lineage();
        var first = await tx.Query(Sql.Of("""
            SELECT id FROM revela.assets WHERE tenant = $1 AND id = ANY($2)
            UNION SELECT id FROM revela.assets WHERE $3 AND tenant = $1 AND sha256 IN (SELECT sha256 FROM revela.assets WHERE id = ANY($2) AND tenant = $1)
            """).Bind(tenant).Bind(roots.ToArray()).Bind(copies), row => row.Guid()).ConfigureAwait(false);
        for (var ahead = lineage.New(first); ahead.Length > 0;) ahead = await lineage.Follow(tx, ahead).ConfigureAwait(false);
        await lineage.Lock(tx).ConfigureAwait(false);
        return lineage;
    }

    async Task<Guid[]> Follow(Transaction tx, Guid[] ahead)
    {
        var found = await tx.Query(Sql.Of("""
            SELECT seq, id, tenant, queue, asset, batch, item, work FROM revela.jobs WHERE asset = ANY($1)
            UNION SELECT seq, id, tenant, queue, asset, batch, item, work FROM revela.jobs WHERE id IN (SELECT job FROM revela.assets WHERE id = ANY($1) AND job IS NOT NULL)
            """).Bind(ahead), JobHead.Read).ConfigureAwait(false);
        var fresh = found.Where(job => jobs.TryAdd(job.Seq, job)).Select(job => job.Id).ToArray();
        return New(await tx.Query(Sql.Of("SELECT id FROM revela.assets WHERE parent = ANY($1) OR job = ANY($2)").Bind(ahead).Bind(fresh), row => row.Guid()).ConfigureAwait(false));
    }

    async Task Lock(Transaction tx)
    {
        var ended = await tx.Query(Sql.Of("SELECT seq FROM revela.endings WHERE seq = ANY($1) ORDER BY seq FOR UPDATE").Bind(jobs.Keys.ToArray()), row => row.Long()).ConfigureAwait(false);
        Unfinished = [.. jobs.Values.ExceptBy(ended, job => job.Seq).Select(job => job.Id)];
    }

    Guid[] New(IEnumerable<Guid> found) => [.. found.Where(assets.Add)];
}
