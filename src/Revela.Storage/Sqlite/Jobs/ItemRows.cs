using System.Text.Json.Nodes;
using Revela.Core.Items;
using Revela.Core.Jobs;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>Items, and what their jobs write on them. Only the job that was submitted or put back last for an item speaks for it.</summary>
static class ItemRows
{
    const string Columns = "number, id, tenant, collection, external_id, metadata, original, asset, job, state, error, ended_at, data, created_at, updated_at";

    const string Insert = """
        INSERT INTO items (id, tenant, collection, external_id, metadata, original, asset, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    public static void Add(WriteTransaction tx, Item item)
    {
        using var insert = tx.Db.Use(Insert);
        Bind(insert, item).Run();
    }

    public static Item Save(WriteTransaction tx, Item item)
    {
        using var upsert = tx.Db.Use($"""
            {Insert} ON CONFLICT (tenant, collection, external_id)
            DO UPDATE SET metadata = excluded.metadata, original = excluded.original, asset = excluded.asset, updated_at = excluded.updated_at
            RETURNING {Columns}
            """);
        Bind(upsert, item).Step();
        return Read(upsert);
    }

    public static Item? Find(Connection db, string tenant, string collection, string externalId)
    {
        using var query = db.Use($"SELECT {Columns} FROM items WHERE tenant = ? AND collection = ? AND external_id = ?");
        return query.Bind(tenant).Bind(collection).Bind(externalId).Step() ? Read(query) : null;
    }

    public static Page<Item> List(Connection db, string tenant, string collection, string? label, string? cursor, int limit)
    {
        limit = Cursors.Limit(limit);
        using var query = label is null
            ? db.Use($"SELECT {Columns} FROM items WHERE tenant = ? AND collection = ? AND number < ? ORDER BY number DESC LIMIT ?").Bind(tenant).Bind(collection)
            : db.Use($"""
                SELECT {Columns} FROM items WHERE number IN
                    (SELECT item FROM labels WHERE tenant = ? AND collection = ? AND label = ? AND item < ? ORDER BY item DESC LIMIT ?) ORDER BY number DESC
                """).Bind(tenant).Bind(collection).Bind(label);
        query.Bind(Cursors.Below(cursor)).Bind(limit + 1);
        var rows = new List<(long, Item)>();
        while (query.Step()) rows.Add((query.Long(0), Read(query)));
        return Cursors.Page(rows, limit);
    }

    public static List<Item> Unchanged(Connection db, string collection, DateTimeOffset since, int limit)
    {
        using var query = db.Use($"""
            SELECT {Columns} FROM items WHERE collection = ? AND updated_at < ? AND (job IS NULL OR state IS NOT NULL) ORDER BY updated_at LIMIT ?
            """);
        query.Bind(collection).Bind(since).Bind(limit);
        var items = new List<Item>();
        while (query.Step()) items.Add(Read(query));
        return items;
    }

    public static void Change(WriteTransaction tx, Guid id, ItemChange change)
    {
        using (var update = tx.Db.Use("""
            UPDATE items SET metadata = COALESCE(?1, metadata), original = COALESCE(?2, original), asset = COALESCE(?2, asset), data = COALESCE(?3, data), updated_at = ?4 WHERE id = ?5
            """))
            update.Bind(RowJson.WriteObject(change.Metadata)).Bind(change.PictureId).Bind(RowJson.WriteObject(change.Data)).Bind(tx.Now).Bind(id).Run();
        if (change.Data is not null) Relabel(tx, id, change.Data);
    }

    public static void Delete(WriteTransaction tx, Guid id)
    {
        ClearLabels(tx, id);
        using var delete = tx.Db.Use("DELETE FROM items WHERE id = ?");
        delete.Bind(id).Run();
    }

    /// <summary>The job of this item that has not ended.</summary>
    public static Guid? OpenJob(Connection db, Guid item)
    {
        using var query = db.Use("SELECT job FROM items WHERE id = ? AND job IS NOT NULL AND state IS NULL");
        return query.Bind(item).Step() ? query.Guid(0) : null;
    }

    /// <summary>From now on this job speaks for its item.</summary>
    public static void Begin(WriteTransaction tx, in JobHead job)
    {
        if (job.ItemId is not { } item) return;
        using var update = tx.Db.Use("UPDATE items SET job = ?, state = NULL, error = NULL, ended_at = NULL, updated_at = ? WHERE id = ?");
        update.Bind(job.Id).Bind(tx.Now).Bind(item).Run();
    }

    public static void End(WriteTransaction tx, in JobHead job, JobState state, string? error)
    {
        if (job.ItemId is not { } item) return;
        using var update = tx.Db.Use("UPDATE items SET state = ?, error = ?, ended_at = ?, updated_at = ? WHERE id = ? AND (job = ? OR job IS NULL)");
        update.Bind((long)state).Bind(error).Bind(tx.Now).Bind(tx.Now).Bind(item).Bind(job.Id).Run();
    }

    /// <summary>Shows what the job made of the item's original: its picture, if it made one, its data, and the labels in it.</summary>
    public static void Show(WriteTransaction tx, in JobHead job, Guid? picture, string? data)
    {
        if (job.ItemId is not { } item) return;
        Guid? before;
        using (var query = tx.Db.Use("SELECT asset FROM items WHERE id = ? AND (job = ? OR job IS NULL) AND (original = ? OR original IS NULL)"))
        {
            if (!query.Bind(item).Bind(job.Id).Bind(job.AssetId).Step()) return;
            before = query.GuidOrNull(0);
        }
        using (var update = tx.Db.Use("UPDATE items SET asset = COALESCE(?, asset), data = ? WHERE id = ?")) update.Bind(picture).Bind(data).Bind(item).Run();
        Relabel(tx, item, RowJson.ReadObject(data));
        if (before is { } old && picture is not null) AssetRows.Released(tx, old);
    }

    static void Relabel(WriteTransaction tx, Guid item, JsonObject? data)
    {
        ClearLabels(tx, item);
        foreach (var label in Labels.Of(data))
        {
            using var insert = tx.Db.Use("INSERT INTO labels (tenant, collection, label, item) SELECT tenant, collection, ?, number FROM items WHERE id = ?");
            insert.Bind(label).Bind(item).Run();
        }
    }

    static void ClearLabels(WriteTransaction tx, Guid item)
    {
        using var delete = tx.Db.Use("DELETE FROM labels WHERE item = (SELECT number FROM items WHERE id = ?)");
        delete.Bind(item).Run();
    }

    static Statement Bind(Statement insert, Item item) => insert.Bind(item.Id).Bind(item.Tenant).Bind(item.Collection).Bind(item.ExternalId)
        .Bind(RowJson.WriteObject(item.Metadata)).Bind(item.OriginalId).Bind(item.AssetId).Bind(item.CreatedAt).Bind(item.UpdatedAt);

    static Item Read(Statement row) => new()
    {
        Id = row.Guid(1),
        Tenant = row.Text(2),
        Collection = row.Text(3),
        ExternalId = row.Text(4),
        Metadata = RowJson.ReadObject(row.TextOrNull(5)),
        OriginalId = row.GuidOrNull(6),
        AssetId = row.GuidOrNull(7),
        JobId = row.GuidOrNull(8),
        Outcome = row.IntOrNull(9) is { } state ? new ItemOutcome((JobState)state, RowJson.Read<JobError>(row.TextOrNull(10)), row.Time(11)) : null,
        Data = RowJson.ReadObject(row.TextOrNull(12)),
        CreatedAt = row.Time(13),
        UpdatedAt = row.Time(14),
    };
}
