using Revela.Core.Assets;

namespace Revela.Storage.Postgres;

/// <summary>How an asset stands in its row.</summary>
static class AssetRows
{
    public const string Columns =
        "number, id, tenant, object_key, content_type, bytes, sha256, width, height, frames, file_name, parent, job, step, name, created_at, perceptual_hash, colours";

    public static (long Number, Asset Asset) Read(Row row) => (row.Long(), new Asset
    {
        Id = row.Guid(),
        Tenant = row.Text(),
        ObjectKey = row.Text(),
        ContentType = row.Text(),
        Bytes = row.Long(),
        Sha256 = row.Text(),
        Width = row.Int(),
        Height = row.Int(),
        Frames = row.Int(),
        FileName = row.TextOrNull(),
        ParentId = row.GuidOrNull(),
        JobId = row.GuidOrNull(),
        StepIndex = row.IntOrNull(),
        Name = row.TextOrNull(),
        CreatedAt = row.Time(),
        PerceptualHash = row.LongOrNull() is { } hash ? Quarters.Hash(hash) : null,
        Colours = (Colours)row.Int(),
    });
}
