namespace Revela.Storage.Postgres;

/// <summary>What many processes and other applications need: duties that one process does for all, and a function that enqueues.</summary>
static class ThirdMigration
{
    // pipelines  what servers offer, for the function alone: it copies the pipeline into the wish.
    // inbox      wishes for jobs, written by applications in transactions of their own. Servers make jobs of them: a transaction that may stay
    //            open for long must hold none of the locks of a submission, least of all the one under which events get their numbers.
    // enqueue    notifies as other processes do (8 is the bit of Signal.Inbox). The same message once more in a transaction costs nothing.
    // The id is a UUIDv7: the time in milliseconds in front, the version's bits set in a random UUIDv4.
    public const string Text = """
        CREATE TABLE revela.duties (name text COLLATE "C" PRIMARY KEY, worker text COLLATE "C" NOT NULL, held_until timestamptz NOT NULL) WITH (fillfactor = 50);

        CREATE TABLE revela.pipelines (name text COLLATE "C" PRIMARY KEY, json text NOT NULL);

        CREATE TABLE revela.inbox (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, job uuid NOT NULL, tenant text COLLATE "C" NOT NULL, asset uuid NOT NULL, pipeline text NOT NULL,
            priority integer, run_at timestamptz, metadata text, tags text[] NOT NULL, item uuid, fresh boolean NOT NULL
        ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

        CREATE FUNCTION revela.enqueue(
            asset uuid, pipeline text, tenant text DEFAULT 'default', priority integer DEFAULT NULL, run_at timestamptz DEFAULT NULL,
            metadata jsonb DEFAULT NULL, tags text[] DEFAULT '{}', item uuid DEFAULT NULL, fresh boolean DEFAULT false
        ) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            id uuid := encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
                PLACING substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid;
            snapshot text := (SELECT p.json FROM revela.pipelines p WHERE p.name = enqueue.pipeline);
            labels text[] := COALESCE(enqueue.tags, '{}');
        BEGIN
            IF snapshot IS NULL THEN
                RAISE EXCEPTION 'unknown-pipeline: there is no pipeline "%"', enqueue.pipeline USING ERRCODE = 'invalid_parameter_value';
            END IF;
            IF NOT EXISTS (SELECT 1 FROM revela.assets a WHERE a.id = enqueue.asset AND a.tenant = enqueue.tenant) THEN
                RAISE EXCEPTION 'not-found: tenant "%" has no asset %', enqueue.tenant, enqueue.asset USING ERRCODE = 'invalid_parameter_value';
            END IF;
            IF enqueue.metadata IS NOT NULL AND jsonb_typeof(enqueue.metadata) <> 'object' THEN
                RAISE EXCEPTION 'invalid-request: metadata must be a JSON object' USING ERRCODE = 'invalid_parameter_value';
            END IF;
            IF cardinality(labels) > 50 OR EXISTS (SELECT 1 FROM unnest(labels) label WHERE COALESCE(length(label), 256) > 255) THEN
                RAISE EXCEPTION 'invalid-request: at most 50 tags of 255 characters are taken' USING ERRCODE = 'invalid_parameter_value';
            END IF;
            INSERT INTO revela.inbox (job, tenant, asset, pipeline, priority, run_at, metadata, tags, item, fresh)
            VALUES (id, enqueue.tenant, enqueue.asset, snapshot, enqueue.priority, enqueue.run_at, enqueue.metadata::text, labels, enqueue.item, COALESCE(enqueue.fresh, false));
            PERFORM pg_notify('revela', 'enqueue 8');
            RETURN id;
        END $$;
        REVOKE ALL ON FUNCTION revela.enqueue FROM PUBLIC;
        """;
}
