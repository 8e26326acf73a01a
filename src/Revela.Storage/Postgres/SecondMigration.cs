namespace Revela.Storage.Postgres;

/// <summary>Room for what far workers need.</summary>
static class SecondMigration
{
    // settled    leases that were settled from afar, for a day: a repeat is answered like the first.
    public const string Text = """
        CREATE TABLE revela.settled (lease bigint PRIMARY KEY, job uuid NOT NULL, at timestamptz NOT NULL);
        CREATE INDEX settled_age ON revela.settled (at);
        """;
}
