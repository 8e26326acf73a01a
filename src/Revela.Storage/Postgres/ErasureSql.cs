namespace Revela.Storage.Postgres;

/// <summary>What stands about jobs, pictures or a person outside their own rows, and how it is erased.</summary>
static class ErasureSql
{
    /// <summary>$1 are the jobs.</summary>
    public static readonly string[] OfJobs =
    [
        "UPDATE revela.meta SET last_pruned_event = GREATEST(last_pruned_event, (SELECT max(id) FROM revela.events WHERE job = ANY($1)))",
        "DELETE FROM revela.events WHERE job = ANY($1)",
        "DELETE FROM revela.delivery_tries WHERE delivery IN (SELECT id FROM revela.deliveries WHERE job = ANY($1))",
        "DELETE FROM revela.deliveries WHERE job = ANY($1)",
        "DELETE FROM revela.callbacks WHERE job = ANY($1)",
        "DELETE FROM revela.watches WHERE job = ANY($1)",
        "DELETE FROM revela.settled WHERE job = ANY($1)",
        // What was spent stays in the books.
        "UPDATE revela.calls SET job = '00000000-0000-0000-0000-000000000000' WHERE job = ANY($1)",
        "UPDATE revela.endings SET shared_with = NULL WHERE shared_with = ANY($1)",
    ];

    /// <summary>$1 is the tenant, $2 are jobs and pictures. An item that is one of the pictures, or says that one is its parent, goes; another forgets it and what was found on it.</summary>
    public static readonly string[] OfIds =
    [
        "DELETE FROM revela.notices n WHERE tenant = $1 AND EXISTS (SELECT 1 FROM unnest($2) AS id WHERE position(id::text IN n.data) > 0)",
        "DELETE FROM revela.idempotency k WHERE tenant = $1 AND EXISTS (SELECT 1 FROM unnest($2) AS id WHERE position(uuid_send(id) IN k.jobs) > 0)",
        """
        DELETE FROM revela.labels WHERE item IN (SELECT number FROM revela.items i WHERE tenant = $1 AND (job = ANY($2) OR asset = ANY($2) OR original = ANY($2)
            OR EXISTS (SELECT 1 FROM unnest($2) AS id WHERE id::text = i.external_id OR id::text = i.metadata::jsonb ->> 'parent')))
        """,
        "DELETE FROM revela.items i WHERE tenant = $1 AND EXISTS (SELECT 1 FROM unnest($2) AS id WHERE id::text = i.external_id OR id::text = i.metadata::jsonb ->> 'parent')",
        """
        UPDATE revela.items SET job = NULL, state = NULL, error = NULL, ended_at = NULL, data = NULL,
            asset = CASE WHEN asset = ANY($2) THEN NULL ELSE asset END, original = CASE WHEN original = ANY($2) THEN NULL ELSE original END
        WHERE tenant = $1 AND (job = ANY($2) OR asset = ANY($2) OR original = ANY($2))
        """,
    ];

    /// <summary>$1 is the person.</summary>
    public static readonly string[] OfPerson =
    [
        "DELETE FROM revela.sessions WHERE person = $1",
        "DELETE FROM revela.notices WHERE recipient = $1",
        "DELETE FROM revela.watches WHERE recipient = $1",
        "UPDATE revela.webhooks SET created_by = NULL WHERE created_by = $1",
        "UPDATE revela.audit SET actor_id = NULL, actor_name = 'erased', address = NULL WHERE actor_id = $1",
    ];
}
