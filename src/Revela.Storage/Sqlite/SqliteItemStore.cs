using Revela.Core.Items;
using Revela.Core.Jobs;
using Revela.Storage.Sqlite.Jobs;

namespace Revela.Storage.Sqlite;

/// <summary>Items in the embedded database.</summary>
sealed class SqliteItemStore(SqliteDatabase database) : IItemStore
{
    public Task<Item> Save(Item item, CancellationToken cancel) => database.Write(tx =>
    {
        var before = ItemRows.Find(tx.Db, item.Tenant, item.Collection, item.ExternalId);
        var saved = ItemRows.Save(tx, item);
        LetGo(tx, before, saved);
        return saved;
    }, cancel);

    public Task<bool> Add(Item item, CancellationToken cancel) => database.Write(tx =>
    {
        if (ItemRows.Find(tx.Db, item.Tenant, item.Collection, item.ExternalId) is not null) return false;
        ItemRows.Add(tx, item);
        return true;
    }, cancel);

    public Task<Item?> Change(string tenant, string collection, string externalId, Func<Item, ItemChange?> change, CancellationToken cancel) => database.Write(tx =>
    {
        if (ItemRows.Find(tx.Db, tenant, collection, externalId) is not { } before) return null;
        if (change(before) is not { } wanted) return before;
        ItemRows.Change(tx, before.Id, wanted);
        var changed = ItemRows.Find(tx.Db, tenant, collection, externalId);
        LetGo(tx, before, changed);
        return changed;
    }, cancel);

    public Task<Item?> Get(string tenant, string collection, string externalId, CancellationToken cancel) =>
        database.Read(db => ItemRows.Find(db, tenant, collection, externalId), cancel);

    public Task<Page<Item>> List(string tenant, string collection, string? label, string? cursor, int limit, CancellationToken cancel) =>
        database.Read(db => ItemRows.List(db, tenant, collection, label, cursor, limit), cancel);

    public async Task<IReadOnlyList<Item>> Unchanged(string collection, DateTimeOffset since, int limit, CancellationToken cancel) =>
        await database.Read(db => ItemRows.Unchanged(db, collection, since, limit), cancel).ConfigureAwait(false);

    public async Task<IReadOnlyList<string>> Collections(string tenant, int limit, CancellationToken cancel) => await database.Read(db =>
    {
        // From one name to the next by the index, however many items lie between them.
        using var query = db.Use("""
            WITH RECURSIVE names(name) AS (
                SELECT min(collection) FROM items WHERE tenant = ?1
                UNION ALL SELECT (SELECT min(collection) FROM items WHERE tenant = ?1 AND collection > name) FROM names WHERE name IS NOT NULL)
            SELECT name FROM names WHERE name IS NOT NULL LIMIT ?2
            """);
        query.Bind(tenant).Bind(limit);
        var names = new List<string>();
        while (query.Step()) names.Add(query.Text(0));
        return names;
    }, cancel).ConfigureAwait(false);

    public Task<bool> Delete(string tenant, string collection, string externalId, CancellationToken cancel) => database.Write(tx =>
    {
        if (ItemRows.Find(tx.Db, tenant, collection, externalId) is not { } item) return false;
        ItemRows.Delete(tx, item.Id);
        LetGo(tx, item, null);
        return true;
    }, cancel);

    static void LetGo(WriteTransaction tx, Item? before, Item? after)
    {
        if (before?.AssetId is { } picture && picture != after?.AssetId) AssetRows.Released(tx, picture);
        if (before?.OriginalId is { } original && original != after?.OriginalId) AssetRows.DropIfUnused(tx, original);
    }
}
