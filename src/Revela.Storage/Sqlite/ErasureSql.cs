namespace Revela.Storage.Sqlite;

/// <summary>What stands about a job, a picture or a person outside their own rows, and how it is erased.</summary>
static class ErasureSql
{
    /// <summary>?1 is the job.</summary>
    public static readonly string[] OfJob =
    [
        "DELETE FROM events WHERE job = ?1",
        "DELETE FROM delivery_tries WHERE delivery IN (SELECT id FROM deliveries WHERE job = ?1)",
        "DELETE FROM deliveries WHERE job = ?1",
        "DELETE FROM callbacks WHERE job = ?1",
        "DELETE FROM watches WHERE job = ?1",
        "DELETE FROM settled WHERE job = ?1",
        // What was spent stays in the books.
        "UPDATE calls SET job = zeroblob(16) WHERE job = ?1",
        "UPDATE endings SET shared_with = NULL WHERE shared_with = ?1",
    ];

    /// <summary>Of a job or a picture: ?1 is the tenant, ?2 the id and ?3 the id as text. An item that is the picture, or says that the picture is its parent, goes; another forgets it and what was found on it.</summary>
    public static readonly string[] OfId =
    [
        "DELETE FROM notices WHERE tenant = ?1 AND ?2 IS NOT NULL AND instr(data, ?3) > 0",
        "DELETE FROM idempotency WHERE tenant = ?1 AND instr(jobs, ?2) > 0 AND ?3 IS NOT NULL",
        """
        DELETE FROM labels WHERE item IN (SELECT number FROM items WHERE tenant = ?1
            AND (external_id = ?3 OR json_extract(metadata, '$.parent') = ?3 OR job = ?2 OR asset = ?2 OR original = ?2))
        """,
        "DELETE FROM items WHERE tenant = ?1 AND ?2 IS NOT NULL AND (external_id = ?3 OR json_extract(metadata, '$.parent') = ?3)",
        """
        UPDATE items SET job = NULL, state = NULL, error = NULL, ended_at = NULL, data = NULL, asset = NULLIF(asset, ?2), original = NULLIF(original, ?2)
        WHERE tenant = ?1 AND ?3 IS NOT NULL AND (job = ?2 OR asset = ?2 OR original = ?2)
        """,
    ];

    /// <summary>?1 is the person.</summary>
    public static readonly string[] OfPerson =
    [
        "DELETE FROM sessions WHERE person = ?1",
        "DELETE FROM notices WHERE recipient = ?1",
        "DELETE FROM watches WHERE recipient = ?1",
        "UPDATE webhooks SET created_by = NULL WHERE created_by = ?1",
        "UPDATE audit SET actor_id = NULL, actor_name = 'erased', address = NULL WHERE actor_id = ?1",
    ];
}
