namespace Revela.Storage.Sqlite;

/// <summary>Room for endpoints, promised callbacks and the messages to both.</summary>
static class WebhooksMigration
{
    // deliveries state: 0 pending, 1 delivered, 2 failed. next_at: when it is due; while it is held, when its lease ends.
    public const string Text = """
        CREATE TABLE webhooks (
            id BLOB PRIMARY KEY, tenant TEXT NOT NULL, url TEXT NOT NULL, description TEXT, events TEXT NOT NULL,
            secret BLOB NOT NULL, old_secret BLOB, old_secret_until INTEGER, created_at INTEGER NOT NULL, created_by BLOB,
            disabled_at INTEGER, disabled_for INTEGER, failing_since INTEGER
        ) WITHOUT ROWID;

        CREATE TABLE callbacks (job BLOB PRIMARY KEY, tenant TEXT NOT NULL, url TEXT NOT NULL, made_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX callbacks_age ON callbacks (made_at);

        CREATE TABLE deliveries (
            number INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, tenant TEXT NOT NULL, endpoint BLOB, lane BLOB NOT NULL, url TEXT NOT NULL,
            type TEXT NOT NULL, body TEXT NOT NULL, job BLOB, state INTEGER NOT NULL, tries INTEGER NOT NULL, lease INTEGER NOT NULL, held INTEGER NOT NULL,
            created_at INTEGER NOT NULL, next_at INTEGER, finished_at INTEGER, status INTEGER
        );
        CREATE INDEX deliveries_lane ON deliveries (lane, next_at) WHERE state = 0;
        CREATE INDEX deliveries_due ON deliveries (next_at) WHERE state = 0;
        CREATE INDEX deliveries_held ON deliveries (lane) WHERE held = 1;
        CREATE INDEX deliveries_tenant ON deliveries (tenant, number);
        CREATE INDEX deliveries_endpoint ON deliveries (endpoint, number) WHERE endpoint IS NOT NULL;
        CREATE INDEX deliveries_job ON deliveries (job) WHERE job IS NOT NULL;
        CREATE INDEX deliveries_age ON deliveries (finished_at) WHERE finished_at IS NOT NULL;

        CREATE TABLE delivery_tries (
            delivery BLOB NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, took INTEGER NOT NULL, status INTEGER, response TEXT, error TEXT,
            PRIMARY KEY (delivery, number)
        ) WITHOUT ROWID;
        """;
}
