namespace Revela.Storage.Sqlite;

/// <summary>Room for notices and for the watches that they are made of.</summary>
static class NoticesMigration
{
    public const string Text = """
        CREATE TABLE watches (
            job BLOB PRIMARY KEY, tenant TEXT NOT NULL, recipient BLOB NOT NULL, kind TEXT NOT NULL, data TEXT, made_at INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE notices (
            number INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, tenant TEXT NOT NULL, recipient BLOB NOT NULL, kind TEXT NOT NULL, data TEXT,
            created_at INTEGER NOT NULL, read_at INTEGER
        );
        CREATE INDEX notices_recipient ON notices (recipient, number);
        CREATE INDEX notices_unread ON notices (recipient) WHERE read_at IS NULL;
        """;
}
