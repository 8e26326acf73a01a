namespace Revela.Storage.Postgres;

/// <summary>The first tables.</summary>
static class FirstMigration
{
    // jobs       the record, written once at submission; endings holds what is known at the end, written once too: history is never updated.
    // ready      the jobs that wait; leases the jobs that run. Both stay small, so that a claim costs the same whatever the history, and both
    //            carry the head of the record, so that an ending need not read it. gate: 0 open, 1 waits for its time (due), 2 parked,
    //            3 waits for the identical job it follows.
    // works      which job stands for a piece of identical work (law 6). Its row is the lock of all that join, lead or end that work.
    // ledger     what each commit changed, summed up now and then: a row of counters would be a lock that all commits queue for,
    //            and while a long transaction keeps old versions alive, a row that is updated at each commit grows slow.
    // shares     start-time fair queueing: where each tenant's next job begins.
    // Times are cut to microseconds; spans are microseconds; money is in millionths of a dollar; JSON is text, so that it is read back as it was written.
    public const string Text = """
        CREATE SCHEMA IF NOT EXISTS revela;
        CREATE TABLE revela.meta (version integer NOT NULL, last_pruned_event bigint NOT NULL);
        INSERT INTO revela.meta VALUES (0, 0);
        CREATE SEQUENCE revela.job_seq;
        CREATE SEQUENCE revela.lease_id;
        CREATE SEQUENCE revela.event_id;

        CREATE TABLE revela.queues (
            name text COLLATE "C" PRIMARY KEY, configured boolean NOT NULL DEFAULT false, paused boolean NOT NULL DEFAULT false,
            concurrency integer, global_limit integer, rate_limit integer, rate_period bigint NOT NULL DEFAULT 1000000, min_gap bigint NOT NULL DEFAULT 0,
            keep_completed integer, keep_failed integer, keep_for bigint,
            tokens double precision NOT NULL DEFAULT 0, tokens_at timestamptz NOT NULL DEFAULT 'epoch'
        ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);

        CREATE TABLE revela.ledger (
            queue text COLLATE "C" NOT NULL, accepted bigint NOT NULL, completed bigint NOT NULL, failed bigint NOT NULL, cancelled bigint NOT NULL,
            pending bigint NOT NULL, processing bigint NOT NULL, delayed bigint NOT NULL, parked bigint NOT NULL, waiting_bytes bigint NOT NULL,
            pruned_completed bigint NOT NULL, pruned_failed bigint NOT NULL, pruned_cancelled bigint NOT NULL,
            virtual_time double precision NOT NULL, last_start timestamptz, last_end timestamptz
        ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

        CREATE TABLE revela.shares (
            queue text COLLATE "C", tenant text COLLATE "C", finish double precision NOT NULL, PRIMARY KEY (queue, tenant)
        ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

        CREATE TABLE revela.snapshots (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, hash bytea NOT NULL UNIQUE, json text NOT NULL, used_at timestamptz NOT NULL);

        CREATE TABLE revela.jobs (
            seq bigint PRIMARY KEY, id uuid NOT NULL, tenant text COLLATE "C" NOT NULL, queue text COLLATE "C" NOT NULL, pipeline text COLLATE "C" NOT NULL,
            snapshot bigint NOT NULL, asset uuid NOT NULL, priority integer NOT NULL, batch uuid, item uuid, work uuid, metadata text, tags jsonb,
            megabytes integer NOT NULL, cost double precision NOT NULL, created_at timestamptz NOT NULL, run_at timestamptz NOT NULL
        ) WITH (autovacuum_vacuum_insert_scale_factor = 0.05);
        CREATE UNIQUE INDEX jobs_id ON revela.jobs (id);
        CREATE INDEX jobs_asset ON revela.jobs (asset);
        CREATE INDEX jobs_snapshot ON revela.jobs (snapshot);
        CREATE INDEX jobs_batch ON revela.jobs (batch) WHERE batch IS NOT NULL;

        CREATE TABLE revela.endings (
            seq bigint PRIMARY KEY, state integer NOT NULL, queue text COLLATE "C" NOT NULL, finished_at timestamptz NOT NULL, started_at timestamptz,
            run_at timestamptz NOT NULL, attempt integer NOT NULL, crashes integer NOT NULL, losses integer NOT NULL, cost_micros bigint NOT NULL,
            progress double precision NOT NULL, error text, outputs text, data text, steps text, shared_with uuid
        ) WITH (autovacuum_vacuum_insert_scale_factor = 0.05);
        CREATE INDEX endings_retention ON revela.endings (queue, state, finished_at, seq);
        CREATE INDEX endings_rare ON revela.endings (seq) WHERE state > 2;

        CREATE TABLE revela.ready (
            seq bigint PRIMARY KEY, job uuid NOT NULL, tenant text COLLATE "C" NOT NULL, queue text COLLATE "C" NOT NULL, asset uuid NOT NULL,
            batch uuid, item uuid, work uuid, gate integer NOT NULL, due timestamptz, parked text, follows bigint,
            priority integer NOT NULL, fair double precision NOT NULL, run_at timestamptz NOT NULL, megabytes integer NOT NULL, bytes bigint NOT NULL,
            attempt integer NOT NULL, crashes integer NOT NULL, losses integer NOT NULL, outage_since timestamptz, started_at timestamptz,
            error text, steps text, cost_micros bigint NOT NULL
        ) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.2);
        CREATE INDEX ready_order ON revela.ready (queue, priority DESC, fair, seq) WHERE gate = 0;
        CREATE INDEX ready_due ON revela.ready (due) WHERE due IS NOT NULL;
        CREATE INDEX ready_parked ON revela.ready (seq) WHERE gate = 2;
        CREATE INDEX ready_follows ON revela.ready (follows) WHERE follows IS NOT NULL;

        CREATE TABLE revela.leases (
            lease bigint PRIMARY KEY, seq bigint NOT NULL UNIQUE, job uuid NOT NULL, tenant text COLLATE "C" NOT NULL, queue text COLLATE "C" NOT NULL,
            asset uuid NOT NULL, batch uuid, item uuid, work uuid,
            worker text NOT NULL, expires_at timestamptz NOT NULL, limited boolean NOT NULL, progress double precision NOT NULL, step text, cancel_requested boolean NOT NULL,
            priority integer NOT NULL, fair double precision NOT NULL, run_at timestamptz NOT NULL, megabytes integer NOT NULL, bytes bigint NOT NULL,
            attempt integer NOT NULL, crashes integer NOT NULL, losses integer NOT NULL, outage_since timestamptz, started_at timestamptz,
            error text, steps text, cost_micros bigint NOT NULL
        ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

        CREATE TABLE revela.checkpoints (
            seq bigint, step integer, lease bigint NOT NULL, object_key text COLLATE "C" NOT NULL, body text NOT NULL, cost_micros bigint NOT NULL,
            PRIMARY KEY (seq, step)
        );
        CREATE INDEX checkpoints_object ON revela.checkpoints (object_key);

        CREATE TABLE revela.works (hash uuid PRIMARY KEY, seq bigint NOT NULL) WITH (fillfactor = 80);

        CREATE TABLE revela.batches (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id uuid NOT NULL UNIQUE, tenant text COLLATE "C" NOT NULL, name text, created_at timestamptz NOT NULL,
            total integer NOT NULL, completed integer NOT NULL, failed integer NOT NULL, cancelled integer NOT NULL
        ) WITH (fillfactor = 70);
        CREATE INDEX batches_tenant ON revela.batches (tenant, number);

        CREATE TABLE revela.idempotency (
            tenant text COLLATE "C", key text COLLATE "C", fingerprint text NOT NULL, batch uuid, jobs bytea NOT NULL, made_at timestamptz NOT NULL,
            PRIMARY KEY (tenant, key)
        );
        CREATE INDEX idempotency_age ON revela.idempotency (made_at);

        CREATE TABLE revela.events (
            id bigint PRIMARY KEY, type text NOT NULL, tenant text NOT NULL, job uuid NOT NULL, batch uuid, queue text NOT NULL, at timestamptz NOT NULL, data text
        ) WITH (autovacuum_vacuum_insert_scale_factor = 0.05);
        CREATE INDEX events_job ON revela.events (job, id);

        CREATE TABLE revela.assets (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id uuid NOT NULL, tenant text COLLATE "C" NOT NULL, object_key text COLLATE "C" NOT NULL,
            content_type text NOT NULL, bytes bigint NOT NULL, sha256 text COLLATE "C" NOT NULL, width integer NOT NULL, height integer NOT NULL, frames integer NOT NULL,
            file_name text, parent uuid, job uuid, step integer, name text, created_at timestamptz NOT NULL
        );
        CREATE UNIQUE INDEX assets_id ON revela.assets (id);
        CREATE INDEX assets_object ON revela.assets (object_key);
        CREATE INDEX assets_sha256 ON revela.assets (sha256);
        CREATE INDEX assets_parent ON revela.assets (parent) WHERE parent IS NOT NULL;
        CREATE INDEX assets_job ON revela.assets (job) WHERE job IS NOT NULL;

        CREATE TABLE revela.doomed (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, object_key text COLLATE "C" NOT NULL UNIQUE);

        CREATE TABLE revela.items (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id uuid NOT NULL UNIQUE, tenant text COLLATE "C" NOT NULL, collection text COLLATE "C" NOT NULL,
            external_id text COLLATE "C" NOT NULL, metadata text, asset uuid, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL,
            UNIQUE (tenant, collection, external_id)
        );
        CREATE INDEX items_page ON revela.items (tenant, collection, number);
        CREATE INDEX items_asset ON revela.items (asset) WHERE asset IS NOT NULL;

        CREATE TABLE revela.quarantine (
            tenant text COLLATE "C", sha256 text COLLATE "C", error text NOT NULL, made_at timestamptz NOT NULL, PRIMARY KEY (tenant, sha256)
        );

        CREATE TABLE revela.workers (
            id text COLLATE "C" PRIMARY KEY, host text NOT NULL, process_id integer NOT NULL, process_start bigint NOT NULL,
            started_at timestamptz NOT NULL, seen_at timestamptz NOT NULL, megabytes integer NOT NULL
        ) WITH (fillfactor = 50);

        CREATE TABLE revela.api_keys (
            id uuid PRIMARY KEY, name text NOT NULL, sha256 text COLLATE "C" NOT NULL UNIQUE, scopes integer NOT NULL, tenant text NOT NULL,
            created_at timestamptz NOT NULL, last_used_at timestamptz, revoked_at timestamptz
        );

        CREATE TABLE revela.secrets (name text COLLATE "C" PRIMARY KEY, value bytea NOT NULL);
        """;
}
