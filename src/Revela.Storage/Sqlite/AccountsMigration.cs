namespace Revela.Storage.Sqlite;

/// <summary>Room for people, their sessions and the audit log.</summary>
static class AccountsMigration
{
    // An admin key made before the scope `operate` existed may do that too.
    public const string Text = """
        CREATE TABLE users (
            id BLOB PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, password TEXT NOT NULL, role INTEGER NOT NULL, tenant TEXT NOT NULL,
            created_at INTEGER NOT NULL, signed_in_at INTEGER, disabled_at INTEGER, tries INTEGER NOT NULL, locked_until INTEGER
        ) WITHOUT ROWID;

        CREATE TABLE sessions (
            id BLOB PRIMARY KEY, person BLOB NOT NULL, sha256 TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX sessions_person ON sessions (person);
        CREATE INDEX sessions_end ON sessions (expires_at);

        CREATE TABLE audit (
            number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, tenant TEXT NOT NULL, actor_kind INTEGER NOT NULL, actor_id BLOB,
            actor_name TEXT NOT NULL, action TEXT NOT NULL, target TEXT, address TEXT
        );
        CREATE INDEX audit_tenant ON audit (tenant, number);

        UPDATE api_keys SET scopes = scopes | 16 WHERE scopes & 8 <> 0;
        """;
}
