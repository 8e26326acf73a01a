using System.Text.Json;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Storage.Sqlite.Calls;
using Revela.Storage.Sqlite.Jobs;

namespace Revela.Storage.Sqlite;

/// <summary>Rows of assets in the embedded database, and which objects have lost their last row.</summary>
sealed class SqliteAssetStore(SqliteDatabase database) : IAssetStore
{
    public Task<bool> Add(Asset asset, CancellationToken cancel) => database.Write(tx =>
    {
        if (AssetRows.Find(tx.Db, asset.Id) is not null) return false;
        AssetRows.Add(tx, asset);
        return true;
    }, cancel);

    public Task<Asset?> Get(string tenant, Guid id, CancellationToken cancel) => database.Read(db => Find(db, tenant, id), cancel);

    public Task<Page<Asset>> List(AssetQuery query, CancellationToken cancel) => database.Read(db => List(db, query), cancel);

    public Task NoteLikeness(string tenant, string sha256, Likeness likeness, CancellationToken cancel) => database.Write(tx =>
    {
        using var update = tx.Db.Use("UPDATE assets SET perceptual_hash = ?, colours = ? WHERE tenant = ? AND sha256 = ? AND perceptual_hash IS NULL");
        update.Bind(Quarters.Kept(likeness.Hash)).Bind((long)likeness.Colours).Bind(tenant).Bind(sha256).Run();
        return true;
    }, cancel);

    public Task<IReadOnlyList<Lookalike>> FindAlike(Asset asset, int distance, int limit, CancellationToken cancel) => asset.PerceptualHash is { } hash
        ? database.Read(db => FindAlike(db, asset, hash, distance, limit), cancel)
        : Task.FromResult<IReadOnlyList<Lookalike>>([]);

    public Task<bool> Delete(string tenant, Guid id, CancellationToken cancel) => database.Write(tx =>
    {
        if (Find(tx.Db, tenant, id) is not { } asset || IsInput(tx.Db, id)) return false;
        using (var update = tx.Db.Use("UPDATE items SET asset = NULLIF(asset, ?1), original = NULLIF(original, ?1), updated_at = ?2 WHERE asset = ?1 OR original = ?1"))
            update.Bind(id).Bind(tx.Now).Run();
        AssetRows.Delete(tx, asset);
        return true;
    }, cancel);

    public async Task<IReadOnlyList<string>> Doomed(int limit, CancellationToken cancel) => await database.Read(db =>
    {
        using var query = db.Use("SELECT object_key FROM doomed ORDER BY number LIMIT ?");
        query.Bind(limit);
        var keys = new List<string>();
        while (query.Step()) keys.Add(query.Text(0));
        return keys;
    }, cancel).ConfigureAwait(false);

    public Task Buried(IReadOnlyList<string> objectKeys, CancellationToken cancel) => database.Write(tx =>
    {
        foreach (var key in objectKeys)
        {
            using var delete = tx.Db.Use("DELETE FROM doomed WHERE object_key = ?");
            delete.Bind(key).Run();
        }
        return true;
    }, cancel);

    public async Task<IReadOnlySet<string>> Named(IReadOnlyCollection<string> objectKeys, CancellationToken cancel) => await database.Read(db =>
        objectKeys.Where(key => AssetRows.IsNamed(db, key) || CallRows.IsReply(db, key) || IsDoomed(db, key)).ToHashSet(StringComparer.Ordinal), cancel).ConfigureAwait(false);

    public Task<long> WaitingBytes(CancellationToken cancel) => database.Read(LedgerRows.WaitingBytes, cancel);

    static Asset? Find(Connection db, string tenant, Guid id) => AssetRows.Find(db, id) is { } asset && asset.Tenant == tenant ? asset : null;

    static IReadOnlyList<Lookalike> FindAlike(Connection db, Asset asset, PerceptualHash hash, int distance, int limit)
    {
        using var query = db.Use(AlikeText);
        for (var quarter = 0; quarter < Quarters.Count; quarter++)
            query.Bind(asset.Tenant).Bind(JsonSerializer.Serialize(Quarters.Near(hash, quarter, distance)));
        // One more, for the asset itself is among them.
        var nearest = Quarters.Nearest(Candidates(query), hash, distance, limit + 1);
        var alike = nearest.Select(row => new Lookalike(AssetRows.Get(db, row.Number), row.Distance));
        return [.. alike.Where(found => found.Asset.Id != asset.Id).Take(limit)];
    }

    static readonly string AlikeText = string.Join(" UNION ", Enumerable.Range(1, Quarters.Count).Select(quarter => $"""
        SELECT number, perceptual_hash FROM assets WHERE perceptual_hash IS NOT NULL AND tenant = ?
            AND ((perceptual_hash >> {64 - 16 * quarter}) & 65535) IN (SELECT value FROM json_each(?))
        """));

    static IEnumerable<(long Number, long Hash)> Candidates(Statement query)
    {
        while (query.Step()) yield return (query.Long(0), query.Long(1));
    }

    static bool IsInput(Connection db, Guid id)
    {
        using var query = db.Use("SELECT 1 FROM jobs j WHERE j.asset = ? AND NOT EXISTS (SELECT 1 FROM endings e WHERE e.seq = j.seq) LIMIT 1");
        return query.Bind(id).Step();
    }

    static bool IsDoomed(Connection db, string key)
    {
        using var query = db.Use("SELECT 1 FROM doomed WHERE object_key = ?");
        return query.Bind(key).Step();
    }

    static Page<Asset> List(Connection db, AssetQuery query)
    {
        var limit = Cursors.Limit(query.Limit);
        var (where, bind) = Filter(query);
        using var select = db.UseOnce($"SELECT {AssetRows.Columns} FROM assets WHERE {where} ORDER BY number DESC LIMIT {limit + 1}");
        bind(select);
        var rows = new List<(long, Asset)>();
        while (select.Step()) rows.Add((select.Long(0), AssetRows.Read(select)));
        return Cursors.Page(rows, limit);
    }

    static bool IsOpen(JobState state) => state is JobState.Pending or JobState.Processing;

    static (string Where, Action<Statement> Bind) Filter(AssetQuery query)
    {
        List<string> terms = ["tenant = ?", "number < ?"];
        if (query.ParentId is not null) terms.Add("parent = ?");
        if (query.JobId is not null) terms.Add("job = ?");
        if (query.Sha256 is not null) terms.Add("sha256 = ?");
        if (query.Derived is { } derived) terms.Add(derived ? "parent IS NOT NULL" : "parent IS NULL");
        if (query.Colour is { } colour) terms.Add($"(colours & {(int)colour}) <> 0");
        if (query.Search is not null) terms.Add(@"file_name LIKE ? ESCAPE '\'");
        if (query.Pipeline is not null) terms.Add("EXISTS (SELECT 1 FROM jobs j WHERE j.id = assets.job AND j.pipeline = ?)");
        if (query.Collection is not null) terms.Add("EXISTS (SELECT 1 FROM items i WHERE i.asset = assets.id AND i.collection = ?)");
        if (query.Label is not null) terms.Add("assets.id IN (SELECT i.asset FROM labels l JOIN items i ON i.number = l.item WHERE l.tenant = ? AND l.collection = ? AND l.label = ?)");
        if (query.State is { } state) terms.Add($"EXISTS (SELECT 1 FROM jobs j LEFT JOIN endings e ON e.seq = j.seq WHERE j.asset = assets.id AND e.state {(IsOpen(state) ? "IS NULL" : $"= {(int)state}")})");
        if (query.Metadata is not null)
            terms.Add("""
                (EXISTS (SELECT 1 FROM items i WHERE (i.asset = assets.id OR i.original = assets.id) AND i.metadata LIKE ? ESCAPE '\')
                 OR EXISTS (SELECT 1 FROM jobs j WHERE (j.id = assets.job OR j.asset = assets.id) AND j.metadata LIKE ? ESCAPE '\'))
                """);
        return (string.Join(" AND ", terms), select =>
        {
            select.Bind(query.Tenant).Bind(Cursors.Below(query.Cursor));
            if (query.ParentId is { } parent) select.Bind(parent);
            if (query.JobId is { } job) select.Bind(job);
            if (query.Sha256 is { } sha256) select.Bind(sha256);
            if (query.Search is { } search) select.Bind(Cursors.Anywhere(search));
            if (query.Pipeline is { } pipeline) select.Bind(pipeline);
            if (query.Collection is { } collection) select.Bind(collection);
            if (query.Label is { } label) select.Bind(query.Tenant).Bind(query.Collection).Bind(label);
            if (query.Metadata is { } metadata) select.Bind(Cursors.Anywhere(metadata)).Bind(Cursors.Anywhere(metadata));
        }
        );
    }
}
