namespace Revela.Storage.Postgres;

/// <summary>Room for what assets look like: the perceptual hash, and an index over each quarter of it.</summary>
static class LikenessMigration
{
    public const string Text = """
        ALTER TABLE revela.assets ADD COLUMN perceptual_hash bigint;
        CREATE INDEX assets_alike_1 ON revela.assets (tenant, ((perceptual_hash >> 48) & 65535)) WHERE perceptual_hash IS NOT NULL;
        CREATE INDEX assets_alike_2 ON revela.assets (tenant, ((perceptual_hash >> 32) & 65535)) WHERE perceptual_hash IS NOT NULL;
        CREATE INDEX assets_alike_3 ON revela.assets (tenant, ((perceptual_hash >> 16) & 65535)) WHERE perceptual_hash IS NOT NULL;
        CREATE INDEX assets_alike_4 ON revela.assets (tenant, ((perceptual_hash >> 0) & 65535)) WHERE perceptual_hash IS NOT NULL;
        """;
}
