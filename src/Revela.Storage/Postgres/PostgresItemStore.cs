using Revela.Core.Items;
using Revela.Core.Jobs;

namespace Revela.Storage.Postgres;

/// <summary>Items in PostgreSQL.</summary>
sealed class PostgresItemStore(PostgresDatabase database) : IItemStore
{
    const string Columns = "number, id, tenant, collection, external_id, metadata, asset, created_at, updated_at";

    public Task<Item> Save(Item item, CancellationToken cancel) => database.Write(async tx =>
    {
        var before = await tx.Query(Sql.Of("SELECT asset FROM revela.items WHERE tenant = $1 AND collection = $2 AND external_id = $3 FOR UPDATE")
            .Bind(item.Tenant).Bind(item.Collection).Bind(item.ExternalId), row => row.GuidOrNull()).ConfigureAwait(false);
        var saved = await tx.Query(Sql.Of($"""
            INSERT INTO revela.items (id, tenant, collection, external_id, metadata, asset, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (tenant, collection, external_id) DO UPDATE SET metadata = excluded.metadata, asset = excluded.asset, updated_at = excluded.updated_at
            RETURNING {Columns}
            """).Bind(item.Id).Bind(item.Tenant).Bind(item.Collection).Bind(item.ExternalId).Bind(RowJson.WriteObject(item.Metadata))
            .Bind(item.AssetId).Bind(Micros.Cut(item.CreatedAt)).Bind(Micros.Cut(item.UpdatedAt)), Read).ConfigureAwait(false);
        await Graves.Released(tx, [.. before.OfType<Guid>().Where(old => old != item.AssetId)]).ConfigureAwait(false);
        return saved[0].Item;
    }, cancel);

    public async Task<Item?> Get(string tenant, string collection, string externalId, CancellationToken cancel)
    {
        var rows = await database.Read(db => db.Query(
            Sql.Of($"SELECT {Columns} FROM revela.items WHERE tenant = $1 AND collection = $2 AND external_id = $3").Bind(tenant).Bind(collection).Bind(externalId), Read), cancel)
            .ConfigureAwait(false);
        return rows.Count == 0 ? null : rows[0].Item;
    }

    public Task<Page<Item>> List(string tenant, string collection, string? cursor, int limit, CancellationToken cancel) => database.Read(async db =>
    {
        limit = Cursors.Limit(limit);
        var query = Sql.Of($"SELECT {Columns} FROM revela.items WHERE tenant = $1 AND collection = $2 AND number < $3 ORDER BY number DESC LIMIT $4")
            .Bind(tenant).Bind(collection).Bind(Cursors.Below(cursor)).Bind(limit + 1);
        return Cursors.Page(await db.Query(query, Read).ConfigureAwait(false), limit);
    }, cancel);

    public Task<bool> Delete(string tenant, string collection, string externalId, CancellationToken cancel) => database.Write(async tx =>
    {
        var gone = await tx.Query(Sql.Of("DELETE FROM revela.items WHERE tenant = $1 AND collection = $2 AND external_id = $3 RETURNING asset")
            .Bind(tenant).Bind(collection).Bind(externalId), row => row.GuidOrNull()).ConfigureAwait(false);
        await Graves.Released(tx, [.. gone.OfType<Guid>()]).ConfigureAwait(false);
        return gone.Count > 0;
    }, cancel);

    static (long Number, Item Item) Read(Row row) => (row.Long(), new Item
    {
        Id = row.Guid(),
        Tenant = row.Text(),
        Collection = row.Text(),
        ExternalId = row.Text(),
        Metadata = RowJson.ReadObject(row.TextOrNull()),
        AssetId = row.GuidOrNull(),
        CreatedAt = row.Time(),
        UpdatedAt = row.Time(),
    });
}
