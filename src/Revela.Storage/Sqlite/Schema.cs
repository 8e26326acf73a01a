namespace Revela.Storage.Sqlite;

/// <summary>The tables, as numbered migrations; the file's <c>user_version</c> says how many it has had. A migration is never edited once released.</summary>
static class Schema
{
    static readonly string[] Migrations = [First, Second, Third, AccountsMigration.Text, Readers, NoticesMigration.Text, CallsMigration.Text, StatisticsMigration.Text, WebhooksMigration.Text, LikenessMigration.Text, RepliesMigration.Text, SchedulesMigration.Text, ItemsMigration.Text, OpenRepliesMigration.Text, ItemAgesMigration.Text, ReasonsMigration.Text, DrainsMigration.Text, ColoursMigration.Text];

    /// <summary>Brings the file up to date. Safe when several processes start at once; refuses a file from a newer Revela.</summary>
    public static void Migrate(Connection connection)
    {
        if (Version(connection) == Migrations.Length) return;
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            var version = Version(connection);
            if (version > Migrations.Length) throw new InvalidOperationException("This data folder was written by a newer version of Revela.");
            for (; version < Migrations.Length; version++) connection.Execute(Migrations[version]);
            connection.Execute($"PRAGMA user_version = {Migrations.Length}; COMMIT");
        }
        catch
        {
            if (connection.InTransaction) connection.Execute("ROLLBACK");
            throw;
        }
    }

    static int Version(Connection connection)
    {
        using var version = connection.UseOnce("PRAGMA user_version");
        return (int)version.Number();
    }

    // jobs       the record, written once at submission; endings holds what is known at the end, written once too.
    // ready      the jobs that wait; leases the jobs that run. Both stay small, so that a claim costs the same whatever the history.
    //            gate: 0 open, 1 waits for its time (due), 2 parked, 3 waits for the identical job it follows.
    // works      which job stands for a piece of identical work (law 6).
    // queues     settings of a line, its ledger and the state of its limits: one row is all that a claim or a settlement changes.
    // numbers    the last job, lease and event number given out; they never go back.
    const string First = """
        CREATE TABLE numbers (one INTEGER PRIMARY KEY CHECK (one = 1), job INTEGER NOT NULL, lease INTEGER NOT NULL, event INTEGER NOT NULL);
        INSERT INTO numbers VALUES (1, 0, 0, 0);

        CREATE TABLE queues (
            name TEXT PRIMARY KEY, configured INTEGER NOT NULL,
            paused INTEGER NOT NULL, concurrency INTEGER, global_limit INTEGER, rate_limit INTEGER, rate_period INTEGER NOT NULL, min_gap INTEGER NOT NULL,
            keep_completed INTEGER, keep_failed INTEGER, keep_for INTEGER,
            accepted INTEGER NOT NULL, completed INTEGER NOT NULL, failed INTEGER NOT NULL, cancelled INTEGER NOT NULL,
            pending INTEGER NOT NULL, processing INTEGER NOT NULL, delayed INTEGER NOT NULL, parked INTEGER NOT NULL, waiting_bytes INTEGER NOT NULL,
            pruned_completed INTEGER NOT NULL, pruned_failed INTEGER NOT NULL, pruned_cancelled INTEGER NOT NULL,
            virtual_time REAL NOT NULL, tokens REAL NOT NULL, tokens_at INTEGER NOT NULL, last_start INTEGER NOT NULL, last_end INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE shares (queue TEXT NOT NULL, tenant TEXT NOT NULL, finish REAL NOT NULL, PRIMARY KEY (queue, tenant)) WITHOUT ROWID;

        CREATE TABLE snapshots (id INTEGER PRIMARY KEY AUTOINCREMENT, hash TEXT NOT NULL UNIQUE, json TEXT NOT NULL, refs INTEGER NOT NULL);

        CREATE TABLE jobs (
            seq INTEGER PRIMARY KEY, id BLOB NOT NULL, tenant TEXT NOT NULL, queue TEXT NOT NULL, pipeline TEXT NOT NULL, snapshot INTEGER NOT NULL,
            asset BLOB NOT NULL, priority INTEGER NOT NULL, batch BLOB, item BLOB, work BLOB, metadata TEXT, tags TEXT,
            megabytes INTEGER NOT NULL, cost REAL NOT NULL, created_at INTEGER NOT NULL, run_at INTEGER NOT NULL
        );
        CREATE UNIQUE INDEX jobs_id ON jobs (id);
        CREATE INDEX jobs_asset ON jobs (asset);
        CREATE INDEX jobs_batch ON jobs (batch) WHERE batch IS NOT NULL;

        CREATE TABLE endings (
            seq INTEGER PRIMARY KEY, state INTEGER NOT NULL, queue TEXT NOT NULL, finished_at INTEGER NOT NULL, started_at INTEGER, run_at INTEGER NOT NULL,
            attempt INTEGER NOT NULL, crashes INTEGER NOT NULL, losses INTEGER NOT NULL, cost_micros INTEGER NOT NULL, progress REAL NOT NULL,
            error TEXT, outputs TEXT, data TEXT, steps TEXT, shared_with BLOB
        );
        CREATE INDEX endings_retention ON endings (queue, state, finished_at);
        CREATE INDEX endings_rare ON endings (seq, state) WHERE state > 2;

        CREATE TABLE ready (
            seq INTEGER PRIMARY KEY, queue TEXT NOT NULL, gate INTEGER NOT NULL, priority INTEGER NOT NULL, fair REAL NOT NULL,
            run_at INTEGER NOT NULL, due INTEGER, megabytes INTEGER NOT NULL, bytes INTEGER NOT NULL, follows INTEGER,
            attempt INTEGER NOT NULL, crashes INTEGER NOT NULL, losses INTEGER NOT NULL, outage_since INTEGER, started_at INTEGER,
            error TEXT, steps TEXT, cost_micros INTEGER NOT NULL, parked TEXT
        );
        CREATE INDEX ready_order ON ready (queue, priority DESC, fair, seq) WHERE gate = 0;
        CREATE INDEX ready_due ON ready (due) WHERE due IS NOT NULL;
        CREATE INDEX ready_parked ON ready (seq) WHERE gate = 2;
        CREATE INDEX ready_follows ON ready (follows) WHERE follows IS NOT NULL;

        CREATE TABLE leases (
            lease INTEGER PRIMARY KEY, seq INTEGER NOT NULL, queue TEXT NOT NULL, worker TEXT NOT NULL, expires_at INTEGER NOT NULL,
            progress REAL NOT NULL, step TEXT, cancel_requested INTEGER NOT NULL, priority INTEGER NOT NULL, fair REAL NOT NULL,
            run_at INTEGER NOT NULL, megabytes INTEGER NOT NULL, bytes INTEGER NOT NULL,
            attempt INTEGER NOT NULL, crashes INTEGER NOT NULL, losses INTEGER NOT NULL, outage_since INTEGER, started_at INTEGER NOT NULL,
            error TEXT, steps TEXT, cost_micros INTEGER NOT NULL
        );
        CREATE UNIQUE INDEX leases_seq ON leases (seq);

        CREATE TABLE checkpoints (
            seq INTEGER NOT NULL, step INTEGER NOT NULL, lease INTEGER NOT NULL, object_key TEXT NOT NULL, body TEXT NOT NULL, cost_micros INTEGER NOT NULL,
            PRIMARY KEY (seq, step)
        ) WITHOUT ROWID;
        CREATE INDEX checkpoints_object ON checkpoints (object_key);

        CREATE TABLE works (hash BLOB PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;

        CREATE TABLE batches (
            number INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, tenant TEXT NOT NULL, name TEXT, created_at INTEGER NOT NULL,
            total INTEGER NOT NULL, completed INTEGER NOT NULL, failed INTEGER NOT NULL, cancelled INTEGER NOT NULL
        );
        CREATE INDEX batches_tenant ON batches (tenant, number);

        CREATE TABLE idempotency (
            tenant TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, batch BLOB, jobs BLOB NOT NULL, made_at INTEGER NOT NULL,
            PRIMARY KEY (tenant, key)
        ) WITHOUT ROWID;
        CREATE INDEX idempotency_age ON idempotency (made_at);

        CREATE TABLE events (
            id INTEGER PRIMARY KEY, type TEXT NOT NULL, tenant TEXT NOT NULL, job BLOB NOT NULL, batch BLOB, queue TEXT NOT NULL, at INTEGER NOT NULL, data TEXT
        );
        CREATE INDEX events_job ON events (job);

        CREATE TABLE assets (
            number INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL, tenant TEXT NOT NULL, object_key TEXT NOT NULL, content_type TEXT NOT NULL,
            bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, frames INTEGER NOT NULL,
            file_name TEXT, parent BLOB, job BLOB, step INTEGER, name TEXT, created_at INTEGER NOT NULL
        );
        CREATE UNIQUE INDEX assets_id ON assets (id);
        CREATE INDEX assets_object ON assets (object_key);
        CREATE INDEX assets_sha256 ON assets (sha256);
        CREATE INDEX assets_parent ON assets (parent) WHERE parent IS NOT NULL;
        CREATE INDEX assets_job ON assets (job) WHERE job IS NOT NULL;

        CREATE TABLE doomed (number INTEGER PRIMARY KEY AUTOINCREMENT, object_key TEXT NOT NULL UNIQUE);

        CREATE TABLE items (
            number INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, tenant TEXT NOT NULL, collection TEXT NOT NULL, external_id TEXT NOT NULL,
            metadata TEXT, asset BLOB, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, UNIQUE (tenant, collection, external_id)
        );
        CREATE INDEX items_asset ON items (asset) WHERE asset IS NOT NULL;

        CREATE TABLE quarantine (
            tenant TEXT NOT NULL, sha256 TEXT NOT NULL, error TEXT NOT NULL, made_at INTEGER NOT NULL, PRIMARY KEY (tenant, sha256)
        ) WITHOUT ROWID;

        CREATE TABLE workers (
            id TEXT PRIMARY KEY, host TEXT NOT NULL, process_id INTEGER NOT NULL, process_start INTEGER NOT NULL,
            started_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, megabytes INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE api_keys (
            id BLOB PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL UNIQUE, scopes INTEGER NOT NULL, tenant TEXT NOT NULL,
            created_at INTEGER NOT NULL, last_used_at INTEGER, revoked_at INTEGER
        ) WITHOUT ROWID;

        CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        """;

    // settled    leases that were settled from afar, for a day: a repeat is answered like the first.
    const string Second = """
        CREATE TABLE settled (lease INTEGER PRIMARY KEY, job BLOB NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX settled_age ON settled (at);
        """;

    // duties     work that one process does for all, and until when it may.
    const string Third = """
        CREATE TABLE duties (name TEXT PRIMARY KEY, worker TEXT NOT NULL, held_until INTEGER NOT NULL) WITHOUT ROWID;
        """;

    // readers    how far each reader of the events has come.
    const string Readers = """
        CREATE TABLE readers (name TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
        """;
}
