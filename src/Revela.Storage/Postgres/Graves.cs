using Npgsql;

namespace Revela.Storage.Postgres;

/// <summary>
/// Objects that have lost their last row, and assets that nothing leads to any more. All of it happens under one lock: of two transactions
/// that each delete one of an object's two last rows, both would still see the other's.
/// </summary>
static class Graves
{
    static NpgsqlBatchCommand Lock => Sql.Of($"SELECT pg_advisory_xact_lock({Locks.Graves})");

    /// <summary>Notes those objects for the janitor that no asset and no checkpoint names. To be sent behind the changes that let go of them.</summary>
    public static IEnumerable<NpgsqlBatchCommand> DoomIfUnnamed(IEnumerable<string> objectKeys) =>
    [
        Lock,
        Sql.Of("""
            INSERT INTO revela.doomed (object_key) SELECT key FROM unnest($1) AS key
            WHERE NOT EXISTS (SELECT 1 FROM revela.assets WHERE object_key = key) AND NOT EXISTS (SELECT 1 FROM revela.checkpoints WHERE object_key = key)
            ON CONFLICT DO NOTHING
            """).Bind(objectKeys.ToArray()),
    ];

    /// <summary>Deletes those assets that nothing leads to: no job that has them as input or made them, no derived asset, no item; and then what they alone were derived from.</summary>
    public static async Task DropUnused(Transaction tx, IReadOnlyCollection<Guid> assets)
    {
        if (assets.Count == 0) return;
        await tx.Run(Lock).ConfigureAwait(false);
        for (var candidates = assets.ToArray(); candidates.Length > 0;)
        {
            var gone = await tx.Query(Sql.Of("""
                DELETE FROM revela.assets a WHERE a.id = ANY($1)
                    AND NOT EXISTS (SELECT 1 FROM revela.jobs WHERE asset = a.id) AND (a.job IS NULL OR NOT EXISTS (SELECT 1 FROM revela.jobs WHERE id = a.job))
                    AND NOT EXISTS (SELECT 1 FROM revela.assets WHERE parent = a.id)
                    AND NOT EXISTS (SELECT 1 FROM revela.items WHERE asset = a.id) AND NOT EXISTS (SELECT 1 FROM revela.items WHERE original = a.id)
                RETURNING a.object_key, a.parent
                """).Bind(candidates), row => (Key: row.Text(), Parent: row.GuidOrNull())).ConfigureAwait(false);
            tx.Changes.DoomIfUnnamed(gone.Select(asset => asset.Key));
            var parents = gone.Select(asset => asset.Parent).OfType<Guid>().ToHashSet();
            // A parent that was asked for already may be free only now.
            candidates = [.. parents.Where(assets.Contains)];
        }
    }

    /// <summary>Items let go of these pictures: where their job went before them, nothing else would ever delete them.</summary>
    public static async Task Released(Transaction tx, IReadOnlyCollection<Guid> assets)
    {
        if (assets.Count == 0) return;
        var orphans = await tx.Query(Sql.Of("""
            SELECT a.id FROM revela.assets a WHERE a.id = ANY($1) AND a.job IS NOT NULL AND NOT EXISTS (SELECT 1 FROM revela.jobs WHERE id = a.job)
            """).Bind(assets.ToArray()), row => row.Guid()).ConfigureAwait(false);
        await DropUnused(tx, orphans).ConfigureAwait(false);
    }
}
