namespace Revela.Storage.Postgres;

/// <summary>Room for the colours that assets have much of, and an index of those that have each.</summary>
static class ColoursMigration
{
    // colours    bits of Colours; 0 until it is known how the asset looks.
    public const string Text = """
        ALTER TABLE revela.assets ADD COLUMN colours integer NOT NULL DEFAULT 0;
        CREATE INDEX assets_red ON revela.assets (tenant, number) WHERE (colours & 1) <> 0;
        CREATE INDEX assets_orange ON revela.assets (tenant, number) WHERE (colours & 2) <> 0;
        CREATE INDEX assets_yellow ON revela.assets (tenant, number) WHERE (colours & 4) <> 0;
        CREATE INDEX assets_green ON revela.assets (tenant, number) WHERE (colours & 8) <> 0;
        CREATE INDEX assets_blue ON revela.assets (tenant, number) WHERE (colours & 16) <> 0;
        CREATE INDEX assets_purple ON revela.assets (tenant, number) WHERE (colours & 32) <> 0;
        CREATE INDEX assets_pink ON revela.assets (tenant, number) WHERE (colours & 64) <> 0;
        CREATE INDEX assets_brown ON revela.assets (tenant, number) WHERE (colours & 128) <> 0;
        CREATE INDEX assets_white ON revela.assets (tenant, number) WHERE (colours & 256) <> 0;
        CREATE INDEX assets_grey ON revela.assets (tenant, number) WHERE (colours & 512) <> 0;
        CREATE INDEX assets_black ON revela.assets (tenant, number) WHERE (colours & 1024) <> 0;
        """;
}
