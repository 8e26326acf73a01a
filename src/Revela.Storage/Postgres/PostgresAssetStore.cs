using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.Storage.Postgres;

/// <summary>Rows of assets in PostgreSQL, and which objects have lost their last row.</summary>
sealed class PostgresAssetStore(PostgresDatabase database) : IAssetStore
{
    public Task<bool> Add(Asset asset, CancellationToken cancel) => database.Write(
        async tx => await tx.Run(Tables.Assets.Insert([asset with { CreatedAt = Micros.Cut(asset.CreatedAt) }], "ON CONFLICT (id) DO NOTHING")).ConfigureAwait(false) > 0, cancel);

    public async Task<Asset?> Get(string tenant, Guid id, CancellationToken cancel)
    {
        var rows = await database.Read(
            db => db.Query(Sql.Of($"SELECT {AssetRows.Columns} FROM revela.assets WHERE id = $1 AND tenant = $2").Bind(id).Bind(tenant), AssetRows.Read), cancel).ConfigureAwait(false);
        return rows.Count == 0 ? null : rows[0].Asset;
    }

    public Task<Page<Asset>> List(AssetQuery query, CancellationToken cancel) => database.Read(async db =>
    {
        var limit = Cursors.Limit(query.Limit);
        var select = Sql.Of($"""
            SELECT {AssetRows.Columns} FROM revela.assets
            WHERE tenant = $1 AND number < $2 AND ($3::uuid IS NULL OR parent = $3) AND ($4::uuid IS NULL OR job = $4) AND ($5::text IS NULL OR sha256 = $5)
                AND ($6::boolean IS NULL OR (parent IS NOT NULL) = $6) AND ($7::text IS NULL OR file_name ILIKE $7)
                AND ($8::text IS NULL OR EXISTS (SELECT 1 FROM revela.jobs j WHERE j.id = assets.job AND j.pipeline = $8))
                AND ($9::text IS NULL OR EXISTS (SELECT 1 FROM revela.items i WHERE i.asset = assets.id AND i.collection = $9))
                AND ($11::text IS NULL OR assets.id IN (SELECT i.asset FROM revela.labels l JOIN revela.items i ON i.number = l.item WHERE l.tenant = $1 AND l.collection = $9 AND l.label = $11))
                AND ($12::integer IS NULL OR EXISTS (SELECT 1 FROM revela.jobs j LEFT JOIN revela.endings e ON e.seq = j.seq WHERE j.asset = assets.id AND COALESCE(e.state, 0) = $12))
                AND ($13::text IS NULL OR EXISTS (SELECT 1 FROM revela.items i WHERE (i.asset = assets.id OR i.original = assets.id) AND i.metadata ILIKE $13)
                    OR EXISTS (SELECT 1 FROM revela.jobs j WHERE (j.id = assets.job OR j.asset = assets.id) AND j.metadata ILIKE $13)) {Of(query.Colour)}
            ORDER BY number DESC LIMIT $10
            """).Bind(query.Tenant).Bind(Cursors.Below(query.Cursor)).Bind(query.ParentId).Bind(query.JobId).Bind(query.Sha256)
            .Bind(query.Derived).Bind(Sql.Clean(query.Search) is { } search ? Cursors.Anywhere(search) : null)
            .Bind(Sql.Clean(query.Pipeline)).Bind(Sql.Clean(query.Collection)).Bind(limit + 1)
            .Bind(Sql.Clean(query.Label)).Bind(query.State is JobState.Processing ? (int)JobState.Pending : (int?)query.State)
            .Bind(Sql.Clean(query.Metadata) is { } metadata ? Cursors.Anywhere(metadata) : null);
        return Cursors.Page(await db.Query(select, AssetRows.Read).ConfigureAwait(false), limit);
    }, cancel);

    // Spelled out, so that the colour's index answers it.
    static string Of(Colours? colour) => colour is { } asked ? $"AND (colours & {(int)asked}) <> 0" : "";

    // Locked in the order of their ids, as by those that note what jobs have found out.
    public Task NoteLikeness(string tenant, string sha256, Likeness likeness, CancellationToken cancel) => database.Write(tx => tx.Run(Sql.Of("""
        WITH change AS MATERIALIZED (
            SELECT number FROM revela.assets WHERE tenant = $1 AND sha256 = $2 AND perceptual_hash IS NULL ORDER BY id FOR NO KEY UPDATE
        )
        UPDATE revela.assets a SET perceptual_hash = $3, colours = $4 FROM change c WHERE a.number = c.number
        """).Bind(tenant).Bind(sha256).Bind(Quarters.Kept(likeness.Hash)!.Value).Bind((int)likeness.Colours)), cancel);

    public async Task<IReadOnlyList<Lookalike>> FindAlike(Asset asset, int distance, int limit, CancellationToken cancel)
    {
        if (asset.PerceptualHash is not { } hash) return [];
        return await database.Read(async db =>
        {
            var query = Sql.Of(AlikeText).Bind(asset.Tenant);
            for (var quarter = 0; quarter < Quarters.Count; quarter++) query.Bind(Quarters.Near(hash, quarter, distance));
            var candidates = await db.Query(query, row => (row.Long(), row.Long())).ConfigureAwait(false);
            // One more, for the asset itself is among them.
            var nearest = Quarters.Nearest(candidates, hash, distance, limit + 1);
            var rows = await db.Query(Sql.Of($"SELECT {AssetRows.Columns} FROM revela.assets WHERE number = ANY($1)")
                .Bind(nearest.Select(row => row.Number).ToArray()), AssetRows.Read).ConfigureAwait(false);
            var assets = rows.ToDictionary(row => row.Number, row => row.Asset);
            return nearest.Where(row => assets.TryGetValue(row.Number, out var found) && found.Id != asset.Id)
                .Select(row => new Lookalike(assets[row.Number], row.Distance)).Take(limit).ToArray();
        }, cancel).ConfigureAwait(false);
    }

    static readonly string AlikeText = string.Join(" UNION ", Enumerable.Range(1, Quarters.Count).Select(quarter => $"""
        SELECT number, perceptual_hash FROM revela.assets WHERE perceptual_hash IS NOT NULL AND tenant = $1
            AND ((perceptual_hash >> {64 - 16 * quarter}) & 65535) = ANY(${quarter + 1})
        """));

    public Task<bool> Delete(string tenant, Guid id, CancellationToken cancel) => database.Write(async tx =>
    {
        var gone = await tx.Query(Sql.Of("""
            DELETE FROM revela.assets a WHERE a.id = $1 AND a.tenant = $2
                AND NOT EXISTS (SELECT 1 FROM revela.jobs j WHERE j.asset = a.id AND NOT EXISTS (SELECT 1 FROM revela.endings e WHERE e.seq = j.seq))
            RETURNING a.object_key
            """).Bind(id).Bind(tenant), row => row.Text()).ConfigureAwait(false);
        if (gone.Count == 0) return false;
        tx.Changes.First(Sql.Of("UPDATE revela.items SET asset = NULLIF(asset, $1), original = NULLIF(original, $1), updated_at = $2 WHERE asset = $1 OR original = $1")
            .Bind(id).Bind(tx.Now));
        tx.Changes.DoomIfUnnamed(gone);
        return true;
    }, cancel);

    public async Task<IReadOnlyList<string>> Doomed(int limit, CancellationToken cancel) => await database.Read(
        db => db.Query(Sql.Of("SELECT object_key FROM revela.doomed ORDER BY number LIMIT $1").Bind(limit), row => row.Text()), cancel).ConfigureAwait(false);

    public Task Buried(IReadOnlyList<string> objectKeys, CancellationToken cancel) => database.Write(
        tx => tx.Run(Sql.Of("DELETE FROM revela.doomed WHERE object_key = ANY($1)").Bind(objectKeys.ToArray())), cancel);

    public async Task<IReadOnlySet<string>> Named(IReadOnlyCollection<string> objectKeys, CancellationToken cancel) => (await database.Read(db => db.Query(Sql.Of("""
        SELECT key FROM unnest($1) AS key WHERE EXISTS (SELECT 1 FROM revela.assets WHERE object_key = key)
            OR EXISTS (SELECT 1 FROM revela.checkpoints WHERE object_key = key) OR EXISTS (SELECT 1 FROM revela.doomed WHERE object_key = key)
            OR EXISTS (SELECT 1 FROM revela.calls WHERE reply IS NOT NULL AND reply::json ->> 'object_key' = key)
        """).Bind(objectKeys.ToArray()), row => row.Text()), cancel).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);

    public Task<long> WaitingBytes(CancellationToken cancel) => database.Read(LedgerRows.WaitingBytes, cancel);
}
