namespace Revela.Storage.Sqlite;

/// <summary>Room for the counters of what ended.</summary>
static class StatisticsMigration
{
    // bucket     seconds that it is long.
    public const string Text = """
        CREATE TABLE statistics (
            tenant TEXT NOT NULL, kind TEXT NOT NULL, bucket INTEGER NOT NULL, start INTEGER NOT NULL, name TEXT NOT NULL, measure TEXT NOT NULL, value INTEGER NOT NULL,
            PRIMARY KEY (tenant, kind, bucket, start, name, measure)
        ) WITHOUT ROWID;
        CREATE INDEX statistics_age ON statistics (bucket, start);
        """;
}
