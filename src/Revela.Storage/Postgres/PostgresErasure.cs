using Revela.Core.Erasure;
using Revela.Storage.Postgres.Calls;
using Revela.Storage.Postgres.Jobs;

namespace Revela.Storage.Postgres;

/// <summary>Erases pictures and people from PostgreSQL.</summary>
sealed class PostgresErasure(PostgresDatabase database) : IErasure
{
    // What an id may stand in, and how it is looked for there.
    static readonly Dictionary<string, string> Looks = new()
    {
        ["uuid"] = "{0} = $1",
        ["text"] = "position($1::text IN lower({0})) > 0 OR position(replace($1::text, '-', '') IN lower({0})) > 0",
        ["jsonb"] = "position($1::text IN lower({0}::text)) > 0",
        ["bytea"] = "position(uuid_send($1) IN {0}) > 0",
    };

    public Task<Erased> Erase(string tenant, IReadOnlyCollection<Guid> assets, bool copies, CancellationToken cancel) => database.Write(async tx =>
    {
        var lineage = await Lineage.Of(tx, tenant, assets, copies).ConfigureAwait(false);
        if (lineage.Unfinished.Count > 0) return Erased.NotWhile(lineage.Unfinished);
        Guid[] jobs = [.. lineage.Jobs.Select(job => job.Id)], pictures = [.. lineage.Assets];
        foreach (var change in CallRows.DropReplies(jobs)) await tx.Run(change).ConfigureAwait(false);
        tx.Changes.DoomIfUnnamed(await CallRows.Unnoted(tx, jobs).ConfigureAwait(false));
        foreach (var statement in ErasureSql.OfJobs) await tx.Run(Sql.Of(statement).Bind(jobs)).ConfigureAwait(false);
        foreach (var statement in ErasureSql.OfIds) await tx.Run(Sql.Of(statement).Bind(tenant).Bind<Guid[]>([.. jobs, .. pictures])).ConfigureAwait(false);
        var hashes = await tx.Query(Sql.Of("SELECT DISTINCT sha256 FROM revela.assets WHERE id = ANY($1)").Bind(pictures), row => row.Text()).ConfigureAwait(false);
        await tx.Run(Sql.Of("DELETE FROM revela.quarantine WHERE tenant = $1 AND sha256 = ANY($2)").Bind(tenant).Bind(hashes.ToArray())).ConfigureAwait(false);
        // Last, since it buries: behind that only rows of assets may be locked.
        if (jobs.Length > 0) await Pruning.Delete(tx, [.. lineage.Jobs.Select(job => job.Seq)]).ConfigureAwait(false);
        tx.Changes.DoomIfUnnamed(await tx.Query(Sql.Of("DELETE FROM revela.assets WHERE id = ANY($1) RETURNING object_key").Bind(pictures), row => row.Text()).ConfigureAwait(false));
        return new Erased([], jobs, pictures, hashes);
    }, cancel);

    public Task<bool> ErasePerson(string tenant, Guid person, CancellationToken cancel) => database.Write(async tx =>
    {
        if (await tx.Run(Sql.Of("DELETE FROM revela.users WHERE id = $1 AND tenant = $2").Bind(person).Bind(tenant)).ConfigureAwait(false) == 0) return false;
        foreach (var statement in ErasureSql.OfPerson) await tx.Run(Sql.Of(statement).Bind(person)).ConfigureAwait(false);
        return true;
    }, cancel);

    public async Task<IReadOnlyList<string>> Traces(Guid id, CancellationToken cancel) => await database.Read(async db =>
    {
        var columns = await db.Query(Sql.Of("""
            SELECT table_name::text, column_name::text, udt_name::text FROM information_schema.columns WHERE table_schema = 'revela' AND table_name <> 'audit' ORDER BY 1, 2
            """), row => (Table: row.Text(), Column: row.Text(), Type: row.Text())).ConfigureAwait(false);
        var traces = new List<string>();
        foreach (var (table, column, type) in columns)
        {
            if (!Looks.TryGetValue(type, out var look)) continue;
            var where = string.Format(System.Globalization.CultureInfo.InvariantCulture, look, $"\"{column}\"");
            var found = await db.Query(Sql.Of($"SELECT EXISTS (SELECT 1 FROM revela.\"{table}\" WHERE {where})").Bind(id), row => row.Bool()).ConfigureAwait(false);
            if (found[0]) traces.Add($"{table}.{column}");
        }
        return traces;
    }, cancel).ConfigureAwait(false);
}
