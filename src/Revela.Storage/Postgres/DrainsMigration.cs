namespace Revela.Storage.Postgres;

/// <summary>Workers may be ordered to take no further job.</summary>
static class DrainsMigration
{
    public const string Text = """
        ALTER TABLE revela.workers ADD COLUMN drains boolean NOT NULL DEFAULT false;
        """;
}
