namespace Revela.Storage.Postgres;

/// <summary>Room for notices and for the watches that they are made of.</summary>
static class NoticesMigration
{
    public const string Text = """
        CREATE TABLE revela.watches (
            job uuid PRIMARY KEY, tenant text COLLATE "C" NOT NULL, recipient uuid NOT NULL, kind text NOT NULL, data text, made_at timestamptz NOT NULL
        );

        CREATE TABLE revela.notices (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id uuid NOT NULL UNIQUE, tenant text COLLATE "C" NOT NULL, recipient uuid NOT NULL,
            kind text NOT NULL, data text, created_at timestamptz NOT NULL, read_at timestamptz
        );
        CREATE INDEX notices_recipient ON revela.notices (recipient, number);
        CREATE INDEX notices_unread ON revela.notices (recipient) WHERE read_at IS NULL;
        """;
}
