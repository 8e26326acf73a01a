namespace Revela.Storage.Postgres;

/// <summary>Room for endpoints, promised callbacks and the messages to both.</summary>
static class WebhooksMigration
{
    // deliveries state: 0 pending, 1 delivered, 2 failed. next_at: when it is due; while it is held, when its lease ends.
    public const string Text = """
        CREATE TABLE revela.webhooks (
            id uuid PRIMARY KEY, tenant text COLLATE "C" NOT NULL, url text NOT NULL, description text, events text NOT NULL,
            secret bytea NOT NULL, old_secret bytea, old_secret_until timestamptz, created_at timestamptz NOT NULL, created_by uuid,
            disabled_at timestamptz, disabled_for integer, failing_since timestamptz
        );

        CREATE TABLE revela.callbacks (job uuid PRIMARY KEY, tenant text COLLATE "C" NOT NULL, url text NOT NULL, made_at timestamptz NOT NULL);
        CREATE INDEX callbacks_age ON revela.callbacks (made_at);

        CREATE TABLE revela.deliveries (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id uuid NOT NULL UNIQUE, tenant text COLLATE "C" NOT NULL, endpoint uuid, lane uuid NOT NULL, url text NOT NULL,
            type text NOT NULL, body text NOT NULL, job uuid, state integer NOT NULL, tries integer NOT NULL, lease bigint NOT NULL, held boolean NOT NULL,
            created_at timestamptz NOT NULL, next_at timestamptz, finished_at timestamptz, status integer
        ) WITH (autovacuum_vacuum_scale_factor = 0.02);
        CREATE INDEX deliveries_lane ON revela.deliveries (lane, next_at) WHERE state = 0;
        CREATE INDEX deliveries_due ON revela.deliveries (next_at) WHERE state = 0;
        CREATE INDEX deliveries_held ON revela.deliveries (lane) WHERE held;
        CREATE INDEX deliveries_tenant ON revela.deliveries (tenant, number);
        CREATE INDEX deliveries_endpoint ON revela.deliveries (endpoint, number) WHERE endpoint IS NOT NULL;
        CREATE INDEX deliveries_job ON revela.deliveries (job) WHERE job IS NOT NULL;
        CREATE INDEX deliveries_age ON revela.deliveries (finished_at) WHERE finished_at IS NOT NULL;

        CREATE TABLE revela.delivery_tries (
            delivery uuid NOT NULL, number integer NOT NULL, at timestamptz NOT NULL, took bigint NOT NULL, status integer, response text, error text,
            PRIMARY KEY (delivery, number)
        );
        """;
}
