namespace Revela.Storage.Postgres;

/// <summary>Room for schedules.</summary>
static class SchedulesMigration
{
    public const string Text = """
        CREATE TABLE revela.schedules (
            id uuid PRIMARY KEY, tenant text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, cron text NOT NULL, time_zone text NOT NULL, request text NOT NULL,
            created_at timestamptz NOT NULL, next_at timestamptz, last text, UNIQUE (tenant, name)
        );
        CREATE INDEX schedules_due ON revela.schedules (next_at) WHERE next_at IS NOT NULL;
        """;
}
