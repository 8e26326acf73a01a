namespace Revela.Storage.Sqlite;

/// <summary>Room for calls to outside services and for the money they may take.</summary>
static class CallsMigration
{
    // calls      noted before they are sent; state as CallState has it.
    // shut       providers that take no calls until a time, by their own word.
    // budgets    told_at: when people were last told that it is spent.
    public const string Text = """
        CREATE TABLE calls (
            number INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT NOT NULL, job BLOB NOT NULL, lease INTEGER NOT NULL, step INTEGER NOT NULL,
            provider TEXT NOT NULL, state INTEGER NOT NULL, at INTEGER NOT NULL, cost_micros INTEGER NOT NULL
        );
        CREATE INDEX calls_job ON calls (job);
        CREATE INDEX calls_at ON calls (at);
        CREATE INDEX calls_open ON calls (provider) WHERE state = 0;

        CREATE TABLE shut (provider TEXT PRIMARY KEY, code TEXT NOT NULL, detail TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;

        CREATE TABLE budgets (
            name TEXT PRIMARY KEY, provider TEXT, tenant TEXT, amount_micros INTEGER NOT NULL, period INTEGER NOT NULL, hard INTEGER NOT NULL, told_at INTEGER
        ) WITHOUT ROWID;

        ALTER TABLE batches ADD COLUMN cost_micros INTEGER NOT NULL DEFAULT 0;
        """;
}
