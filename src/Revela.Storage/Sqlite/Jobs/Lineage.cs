namespace Revela.Storage.Sqlite.Jobs;

/// <summary>All that pictures led to, found from row to row: pictures that were made of them, jobs that read or made any of these, and what else those jobs made.</summary>
sealed class Lineage
{
    readonly Dictionary<long, JobHead> jobs = [];
    readonly HashSet<Guid> assets = [];
    readonly Queue<Guid> ahead = [];

    public IReadOnlyCollection<JobHead> Jobs => jobs.Values;

    public IReadOnlyCollection<Guid> Assets => assets;

    /// <summary>Ids of the jobs that have not ended.</summary>
    public IReadOnlyList<Guid> Unfinished { get; private set; } = [];

    /// <param name="copies">Also from all pictures of the tenant with the same bytes.</param>
    public static Lineage Of(Connection db, string tenant, IEnumerable<Guid> roots, bool copies)
    {
        var lineage = new Lineage();
        foreach (var root in roots)
        {
            if (AssetRows.Find(db, root) is not { } asset || asset.Tenant != tenant) continue;
            lineage.Add([root]);
            if (copies) lineage.Add(Ids(db, "SELECT id FROM assets WHERE sha256 = ? AND tenant = ?", query => query.Bind(asset.Sha256).Bind(tenant)));
        }
        while (lineage.ahead.TryDequeue(out var next)) lineage.Follow(db, next);
        lineage.Unfinished = [.. lineage.jobs.Values.Where(job => EndingRows.Find(db, job.Seq) is null).Select(job => job.Id)];
        return lineage;
    }

    void Follow(Connection db, Guid asset)
    {
        Add(Ids(db, "SELECT id FROM assets WHERE parent = ?", query => query.Bind(asset)));
        foreach (var seq in Seqs(db, asset))
        {
            if (!jobs.TryAdd(seq, JobHead.Get(db, seq))) continue;
            Add(Ids(db, "SELECT id FROM assets WHERE job = ?", query => query.Bind(jobs[seq].Id)));
        }
    }

    void Add(IEnumerable<Guid> found)
    {
        foreach (var id in found)
            if (assets.Add(id)) ahead.Enqueue(id);
    }

    static List<long> Seqs(Connection db, Guid asset)
    {
        using var query = db.Use("SELECT seq FROM jobs WHERE asset = ?1 UNION SELECT j.seq FROM assets a JOIN jobs j ON j.id = a.job WHERE a.id = ?1");
        query.Bind(asset);
        var seqs = new List<long>();
        while (query.Step()) seqs.Add(query.Long(0));
        return seqs;
    }

    static List<Guid> Ids(Connection db, string sql, Action<Statement> bind)
    {
        using var query = db.Use(sql);
        bind(query);
        var ids = new List<Guid>();
        while (query.Step()) ids.Add(query.Guid(0));
        return ids;
    }
}
