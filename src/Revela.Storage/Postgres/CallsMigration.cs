namespace Revela.Storage.Postgres;

/// <summary>Room for calls to outside services and for the money they may take.</summary>
static class CallsMigration
{
    // calls      noted before they are sent; state as CallState has it.
    // shut       providers that take no calls until a time, by their own word.
    // budgets    told_at: when people were last told that it is spent.
    public const string Text = """
        CREATE TABLE revela.calls (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant text COLLATE "C" NOT NULL, job uuid NOT NULL, lease bigint NOT NULL, step integer NOT NULL,
            provider text COLLATE "C" NOT NULL, state integer NOT NULL, at timestamptz NOT NULL, cost_micros bigint NOT NULL
        );
        CREATE INDEX calls_job ON revela.calls (job);
        CREATE INDEX calls_at ON revela.calls (at);
        CREATE INDEX calls_open ON revela.calls (provider) WHERE state = 0;

        CREATE TABLE revela.shut (provider text COLLATE "C" PRIMARY KEY, code text NOT NULL, detail text NOT NULL, until timestamptz NOT NULL);

        CREATE TABLE revela.budgets (
            name text COLLATE "C" PRIMARY KEY, provider text COLLATE "C", tenant text COLLATE "C", amount_micros bigint NOT NULL, period integer NOT NULL,
            hard boolean NOT NULL, told_at timestamptz
        );

        ALTER TABLE revela.batches ADD COLUMN cost_micros bigint NOT NULL DEFAULT 0;
        """;
}
