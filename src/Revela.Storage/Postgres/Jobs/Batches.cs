using Revela.Core.Jobs;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>Reads batches with their counters, which endings keep.</summary>
static class Batches
{
    const string Columns = "number, id, tenant, name, created_at, total, completed, failed, cancelled, cost_micros";

    public static async Task<Batch?> Find(Transaction db, string tenant, Guid id)
    {
        var rows = await db.Query(Sql.Of($"SELECT {Columns} FROM revela.batches WHERE id = $1 AND tenant = $2").Bind(id).Bind(tenant), Read).ConfigureAwait(false);
        return rows.Count == 0 ? null : rows[0].Batch;
    }

    public static async Task<Page<Batch>> List(Transaction db, string tenant, string? cursor, int limit)
    {
        limit = Cursors.Limit(limit);
        var query = Sql.Of($"SELECT {Columns} FROM revela.batches WHERE tenant = $1 AND number < $2 ORDER BY number DESC LIMIT $3")
            .Bind(tenant).Bind(Cursors.Below(cursor)).Bind(limit + 1);
        return Cursors.Page(await db.Query(query, Read).ConfigureAwait(false), limit);
    }

    static (long Number, Batch Batch) Read(Row row) =>
        (row.Long(), new Batch(row.Guid(), row.Text(), row.TextOrNull(), row.Time(), row.Int(), row.Int(), row.Int(), row.Int(), Costs.Usd(row.Long())));
}
