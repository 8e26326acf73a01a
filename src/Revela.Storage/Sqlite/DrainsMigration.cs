namespace Revela.Storage.Sqlite;

/// <summary>Workers may be ordered to take no further job.</summary>
static class DrainsMigration
{
    public const string Text = """
        ALTER TABLE workers ADD COLUMN drains INTEGER NOT NULL DEFAULT 0;
        """;
}
