namespace Revela.Storage.Postgres;

/// <summary>Room for the counters of what ended.</summary>
static class StatisticsMigration
{
    // bucket     seconds that it is long.
    public const string Text = """
        CREATE TABLE revela.statistics (
            tenant text COLLATE "C", kind text COLLATE "C", bucket integer, start timestamptz, name text COLLATE "C", measure text COLLATE "C", value bigint NOT NULL,
            PRIMARY KEY (tenant, kind, bucket, start, name, measure)
        ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
        CREATE INDEX statistics_age ON revela.statistics (bucket, start);
        """;
}
