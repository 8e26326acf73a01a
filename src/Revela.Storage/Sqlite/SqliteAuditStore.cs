using Revela.Core.Accounts;
using Revela.Core.Jobs;

namespace Revela.Storage.Sqlite;

/// <summary>The audit log in the embedded database.</summary>
sealed class SqliteAuditStore(SqliteDatabase database) : IAuditStore
{
    const string Columns = "at, tenant, actor_kind, actor_id, actor_name, action, target, address";

    public Task Add(AuditEntry entry, CancellationToken cancel) => database.Write(tx =>
    {
        using var insert = tx.Db.Use($"INSERT INTO audit ({Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        return insert.Bind(entry.At).Bind(entry.Tenant).Bind((long)entry.Actor.Kind).Bind(entry.Actor.Id).Bind(entry.Actor.Name)
            .Bind(entry.Action).Bind(entry.Target).Bind(entry.Address).Run();
    }, cancel);

    public Task<Page<AuditEntry>> List(AuditQuery query, CancellationToken cancel) => database.Read(db =>
    {
        var limit = Cursors.Limit(query.Limit);
        using var select = db.Use($"""
            SELECT number, {Columns} FROM audit
            WHERE tenant = ? AND number < ? AND action = COALESCE(?, action) AND actor_name = COALESCE(?, actor_name) ORDER BY number DESC LIMIT ?
            """);
        select.Bind(query.Tenant).Bind(Cursors.Below(query.Cursor)).Bind(query.Action).Bind(query.Actor).Bind(limit + 1);
        var rows = new List<(long, AuditEntry)>();
        while (select.Step()) rows.Add((select.Long(0), Read(select)));
        return Cursors.Page(rows, limit);
    }, cancel);

    static AuditEntry Read(Statement row) => new(
        row.Time(1), row.Text(2), new Actor((ActorKind)row.Int(3), row.GuidOrNull(4), row.Text(5)), row.Text(6), row.TextOrNull(7), row.TextOrNull(8));
}
