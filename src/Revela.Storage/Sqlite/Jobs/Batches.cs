using Revela.Core.Jobs;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>Reads batches with their counters, which endings keep.</summary>
static class Batches
{
    const string Columns = "number, id, tenant, name, created_at, total, completed, failed, cancelled, cost_micros";

    public static Batch? Find(Connection db, string tenant, Guid id)
    {
        using var query = db.Use($"SELECT {Columns} FROM batches WHERE id = ? AND tenant = ?");
        return query.Bind(id).Bind(tenant).Step() ? Read(query) : null;
    }

    public static Page<Batch> List(Connection db, string tenant, string? cursor, int limit)
    {
        limit = Cursors.Limit(limit);
        using var query = db.Use($"SELECT {Columns} FROM batches WHERE tenant = ? AND number < ? ORDER BY number DESC LIMIT ?");
        query.Bind(tenant).Bind(Cursors.Below(cursor)).Bind(limit + 1);
        var rows = new List<(long, Batch)>();
        while (query.Step()) rows.Add((query.Long(0), Read(query)));
        return Cursors.Page(rows, limit);
    }

    static Batch Read(Statement row) =>
        new(row.Guid(1), row.Text(2), row.TextOrNull(3), row.Time(4), row.Int(5), row.Int(6), row.Int(7), row.Int(8), Costs.Usd(row.Long(9)));
}
