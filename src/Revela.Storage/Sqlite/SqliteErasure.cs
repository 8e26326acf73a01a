using Revela.Core.Assets;
using Revela.Core.Erasure;
using Revela.Storage.Sqlite.Calls;
using Revela.Storage.Sqlite.Jobs;

namespace Revela.Storage.Sqlite;

/// <summary>Erases pictures and people from the embedded database.</summary>
sealed class SqliteErasure(SqliteDatabase database) : IErasure
{
    public Task<Erased> Erase(string tenant, IReadOnlyCollection<Guid> assets, bool copies, CancellationToken cancel) => database.Write(tx =>
    {
        var lineage = Lineage.Of(tx.Db, tenant, assets, copies);
        if (lineage.Unfinished.Count > 0) return Erased.NotWhile(lineage.Unfinished);
        var pictures = lineage.Assets.Select(id => AssetRows.Find(tx.Db, id)).OfType<Asset>().ToArray();
        foreach (var job in lineage.Jobs) EraseJob(tx, job);
        foreach (var picture in pictures) EraseAsset(tx, picture);
        EraseMentions(tx, tenant, [.. lineage.Jobs.Select(job => job.Id), .. lineage.Assets]);
        return new Erased([], [.. lineage.Jobs.Select(job => job.Id)], [.. lineage.Assets], [.. pictures.Select(picture => picture.Sha256).Distinct()]);
    }, cancel);

    public Task<bool> ErasePerson(string tenant, Guid person, CancellationToken cancel) => database.Write(tx =>
    {
        using (var delete = tx.Db.Use("DELETE FROM users WHERE id = ? AND tenant = ?"))
            if (delete.Bind(person).Bind(tenant).Run() == 0) return false;
        foreach (var statement in ErasureSql.OfPerson)
        {
            using var erase = tx.Db.Use(statement);
            erase.Bind(person).Run();
        }
        return true;
    }, cancel);

    public async Task<IReadOnlyList<string>> Traces(Guid id, CancellationToken cancel) => await database.Read(db =>
    {
        var traces = new List<string>();
        foreach (var (table, column) in Columns(db))
        {
            using var look = db.UseOnce($"SELECT EXISTS (SELECT 1 FROM \"{table}\" WHERE instr(\"{column}\", ?1) > 0 OR instr(\"{column}\", ?2) > 0 OR instr(\"{column}\", ?3) > 0)");
            if (look.Bind(id.ToByteArray(bigEndian: true)).Bind(id.ToString("D")).Bind(id.ToString("N")).Number() != 0) traces.Add($"{table}.{column}");
        }
        return traces;
    }, cancel).ConfigureAwait(false);

    static void EraseJob(WriteTransaction tx, JobHead job)
    {
        Pruning.Delete(tx, tx.Line(job.Queue), EndingRows.Find(tx.Db, job.Seq)!.Value, job.Seq);
        CallRows.DropUnnoted(tx, job.Id);
        foreach (var statement in ErasureSql.OfJob)
        {
            using var erase = tx.Db.Use(statement);
            erase.Bind(job.Id).Run();
        }
    }

    // Some have gone with their jobs.
    static void EraseAsset(WriteTransaction tx, Asset picture)
    {
        using (var quarantine = tx.Db.Use("DELETE FROM quarantine WHERE tenant = ? AND sha256 = ?")) quarantine.Bind(picture.Tenant).Bind(picture.Sha256).Run();
        if (AssetRows.Find(tx.Db, picture.Id) is not null) AssetRows.Delete(tx, picture);
    }

    static void EraseMentions(WriteTransaction tx, string tenant, IReadOnlyList<Guid> ids)
    {
        foreach (var id in ids)
        {
            foreach (var statement in ErasureSql.OfId)
            {
                using var erase = tx.Db.Use(statement);
                erase.Bind(tenant).Bind(id).Bind(id.ToString("D")).Run();
            }
        }
    }

    static List<(string Table, string Column)> Columns(Connection db)
    {
        using var query = db.UseOnce("""
            SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'audit' ORDER BY 1, 2
            """);
        var columns = new List<(string, string)>();
        while (query.Step()) columns.Add((query.Text(0), query.Text(1)));
        return columns;
    }
}
