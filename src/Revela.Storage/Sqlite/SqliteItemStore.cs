using Revela.Core.Items;
using Revela.Core.Jobs;
using Revela.Storage.Sqlite.Jobs;

namespace Revela.Storage.Sqlite;

/// <summary>Items in the embedded database.</summary>
sealed class SqliteItemStore(SqliteDatabase database) : IItemStore
{
    const string Columns = "number, id, tenant, collection, external_id, metadata, asset, created_at, updated_at";

    public Task<Item> Save(Item item, CancellationToken cancel) => database.Write(tx =>
    {
        var before = Find(tx.Db, item.Tenant, item.Collection, item.ExternalId)?.AssetId;
        var saved = Upsert(tx, item);
        if (before is { } old && old != item.AssetId) AssetRows.Released(tx, old);
        return saved;
    }, cancel);

    public Task<Item?> Get(string tenant, string collection, string externalId, CancellationToken cancel) =>
        database.Read(db => Find(db, tenant, collection, externalId), cancel);

    public Task<Page<Item>> List(string tenant, string collection, string? cursor, int limit, CancellationToken cancel) => database.Read(db =>
    {
        limit = Cursors.Limit(limit);
        using var query = db.Use($"SELECT {Columns} FROM items WHERE tenant = ? AND collection = ? AND number < ? ORDER BY number DESC LIMIT ?");
        query.Bind(tenant).Bind(collection).Bind(Cursors.Below(cursor)).Bind(limit + 1);
        var rows = new List<(long, Item)>();
        while (query.Step()) rows.Add((query.Long(0), Read(query)));
        return Cursors.Page(rows, limit);
    }, cancel);

    public Task<bool> Delete(string tenant, string collection, string externalId, CancellationToken cancel) => database.Write(tx =>
    {
        if (Find(tx.Db, tenant, collection, externalId) is not { } item) return false;
        using (var delete = tx.Db.Use("DELETE FROM items WHERE id = ?")) delete.Bind(item.Id).Run();
        if (item.AssetId is { } asset) AssetRows.Released(tx, asset);
        return true;
    }, cancel);

    static Item Upsert(WriteTransaction tx, Item item)
    {
        using var upsert = tx.Db.Use($"""
            INSERT INTO items (id, tenant, collection, external_id, metadata, asset, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (tenant, collection, external_id) DO UPDATE SET metadata = excluded.metadata, asset = excluded.asset, updated_at = excluded.updated_at
            RETURNING {Columns}
            """);
        upsert.Bind(item.Id).Bind(item.Tenant).Bind(item.Collection).Bind(item.ExternalId).Bind(RowJson.WriteObject(item.Metadata))
            .Bind(item.AssetId).Bind(item.CreatedAt).Bind(item.UpdatedAt).Step();
        return Read(upsert);
    }

    static Item? Find(Connection db, string tenant, string collection, string externalId)
    {
        using var query = db.Use($"SELECT {Columns} FROM items WHERE tenant = ? AND collection = ? AND external_id = ?");
        return query.Bind(tenant).Bind(collection).Bind(externalId).Step() ? Read(query) : null;
    }

    static Item Read(Statement row) => new()
    {
        Id = row.Guid(1),
        Tenant = row.Text(2),
        Collection = row.Text(3),
        ExternalId = row.Text(4),
        Metadata = RowJson.ReadObject(row.TextOrNull(5)),
        AssetId = row.GuidOrNull(6),
        CreatedAt = row.Time(7),
        UpdatedAt = row.Time(8),
    };
}
