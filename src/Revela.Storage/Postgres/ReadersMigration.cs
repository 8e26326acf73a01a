namespace Revela.Storage.Postgres;

/// <summary>How far each reader of the events has come.</summary>
static class ReadersMigration
{
    public const string Text = """
        CREATE TABLE revela.readers (name text COLLATE "C" PRIMARY KEY, position bigint NOT NULL)
        WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);
        """;
}
