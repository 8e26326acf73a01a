namespace Revela.Storage.Sqlite;

/// <summary>Room for schedules.</summary>
static class SchedulesMigration
{
    public const string Text = """
        CREATE TABLE schedules (
            id BLOB PRIMARY KEY, tenant TEXT NOT NULL, name TEXT NOT NULL, cron TEXT NOT NULL, time_zone TEXT NOT NULL, request TEXT NOT NULL,
            created_at INTEGER NOT NULL, next_at INTEGER, last TEXT, UNIQUE (tenant, name)
        ) WITHOUT ROWID;
        CREATE INDEX schedules_due ON schedules (next_at) WHERE next_at IS NOT NULL;
        """;
}
