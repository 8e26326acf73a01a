namespace Revela.Storage.Postgres;

/// <summary>Room for people, their sessions and the audit log.</summary>
static class AccountsMigration
{
    // An admin key made before the scope `operate` existed may do that too.
    public const string Text = """
        CREATE TABLE revela.users (
            id uuid PRIMARY KEY, email text COLLATE "C" NOT NULL UNIQUE, name text NOT NULL, password text NOT NULL, role integer NOT NULL, tenant text COLLATE "C" NOT NULL,
            created_at timestamptz NOT NULL, signed_in_at timestamptz, disabled_at timestamptz, tries integer NOT NULL, locked_until timestamptz
        );

        CREATE TABLE revela.sessions (
            id uuid PRIMARY KEY, person uuid NOT NULL, sha256 text COLLATE "C" NOT NULL UNIQUE, created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL
        );
        CREATE INDEX sessions_person ON revela.sessions (person);
        CREATE INDEX sessions_end ON revela.sessions (expires_at);

        CREATE TABLE revela.audit (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL, tenant text COLLATE "C" NOT NULL, actor_kind integer NOT NULL, actor_id uuid,
            actor_name text COLLATE "C" NOT NULL, action text COLLATE "C" NOT NULL, target text, address text
        );
        CREATE INDEX audit_tenant ON revela.audit (tenant, number);

        UPDATE revela.api_keys SET scopes = scopes | 16 WHERE scopes & 8 <> 0;
        """;
}
