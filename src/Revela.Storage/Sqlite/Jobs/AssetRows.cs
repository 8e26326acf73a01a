using Revela.Core.Assets;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>Rows of assets, and the list of objects that have lost their last row.</summary>
static class AssetRows
{
    public const string Columns =
        "number, id, tenant, object_key, content_type, bytes, sha256, width, height, frames, file_name, parent, job, step, name, created_at, perceptual_hash, colours";

    public static void Add(WriteTransaction tx, Asset asset)
    {
        using var insert = tx.Db.Use("""
            INSERT INTO assets (id, tenant, object_key, content_type, bytes, sha256, width, height, frames, file_name, parent, job, step, name, created_at, perceptual_hash, colours)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """);
        insert.Bind(asset.Id).Bind(asset.Tenant).Bind(asset.ObjectKey).Bind(asset.ContentType).Bind(asset.Bytes).Bind(asset.Sha256)
            .Bind(asset.Width).Bind(asset.Height).Bind(asset.Frames).Bind(asset.FileName).Bind(asset.ParentId).Bind(asset.JobId)
            .Bind(asset.StepIndex).Bind(asset.Name).Bind(asset.CreatedAt).Bind(Quarters.Kept(asset.PerceptualHash)).Bind((long)asset.Colours).Run();
    }

    public static Asset? Find(Connection db, Guid id)
    {
        using var query = db.Use($"SELECT {Columns} FROM assets WHERE id = ?");
        return query.Bind(id).Step() ? Read(query) : null;
    }

    /// <summary>The row of this number, which is there.</summary>
    public static Asset Get(Connection db, long number)
    {
        using var query = db.Use($"SELECT {Columns} FROM assets WHERE number = ?");
        return query.Bind(number).Step() ? Read(query) : throw new InvalidOperationException($"There is no asset of the number {number}.");
    }

    public static Asset Read(Statement row) => new()
    {
        Id = row.Guid(1),
        Tenant = row.Text(2),
        ObjectKey = row.Text(3),
        ContentType = row.Text(4),
        Bytes = row.Long(5),
        Sha256 = row.Text(6),
        Width = row.Int(7),
        Height = row.Int(8),
        Frames = row.Int(9),
        FileName = row.TextOrNull(10),
        ParentId = row.GuidOrNull(11),
        JobId = row.GuidOrNull(12),
        StepIndex = row.IntOrNull(13),
        Name = row.TextOrNull(14),
        CreatedAt = row.Time(15),
        PerceptualHash = row.LongOrNull(16) is { } hash ? Quarters.Hash(hash) : null,
        Colours = (Colours)row.Int(17),
    };

    public static void NoteLikeness(WriteTransaction tx, Guid id, Likeness likeness)
    {
        using var update = tx.Db.Use("UPDATE assets SET perceptual_hash = ?, colours = ? WHERE id = ?");
        update.Bind(Quarters.Kept(likeness.Hash)).Bind((long)likeness.Colours).Bind(id).Run();
    }

    public static void Delete(WriteTransaction tx, Asset asset)
    {
        using (var delete = tx.Db.Use("DELETE FROM assets WHERE id = ?")) delete.Bind(asset.Id).Run();
        DoomIfUnnamed(tx, asset.ObjectKey);
    }

    /// <summary>Notes an object for the janitor when no asset and no checkpoint names it any more.</summary>
    public static void DoomIfUnnamed(WriteTransaction tx, string objectKey)
    {
        if (IsNamed(tx.Db, objectKey)) return;
        using var insert = tx.Db.Use("INSERT OR IGNORE INTO doomed (object_key) VALUES (?)");
        insert.Bind(objectKey).Run();
    }

    public static bool IsNamed(Connection db, string objectKey)
    {
        using var query = db.Use("SELECT EXISTS (SELECT 1 FROM assets WHERE object_key = ?1) OR EXISTS (SELECT 1 FROM checkpoints WHERE object_key = ?1)");
        return query.Bind(objectKey).Number() != 0;
    }

    /// <summary>Deletes an asset that nothing leads to any more: no job's record, no derived asset, no item.</summary>
    public static void DropIfUnused(WriteTransaction tx, Guid id)
    {
        using (var query = tx.Db.Use("""
            SELECT EXISTS (SELECT 1 FROM jobs WHERE asset = ?1) OR EXISTS (SELECT 1 FROM assets WHERE parent = ?1)
                OR EXISTS (SELECT 1 FROM items WHERE asset = ?1) OR EXISTS (SELECT 1 FROM items WHERE original = ?1)
            """))
        {
            if (query.Bind(id).Number() != 0) return;
        }
        if (Find(tx.Db, id) is { } asset) Delete(tx, asset);
    }

    /// <summary>An item let go of this picture: if its job went before it, nothing else will ever delete it.</summary>
    public static void Released(WriteTransaction tx, Guid id)
    {
        if (Find(tx.Db, id) is not { JobId: { } job }) return;
        using (var query = tx.Db.Use("SELECT 1 FROM jobs WHERE id = ?"))
        {
            if (query.Bind(job).Step()) return;
        }
        DropIfUnused(tx, id);
    }
}
