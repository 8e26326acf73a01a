using Revela.Core.Accounts;
using Revela.Core.Jobs;

namespace Revela.Storage.Postgres;

/// <summary>The audit log in PostgreSQL.</summary>
sealed class PostgresAuditStore(PostgresDatabase database) : IAuditStore
{
    const string Columns = "at, tenant, actor_kind, actor_id, actor_name, action, target, address";

    public Task Add(AuditEntry entry, CancellationToken cancel) => database.Write(
        tx => tx.Run(Sql.Of($"INSERT INTO revela.audit ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
            .Bind(Micros.Cut(entry.At)).Bind(entry.Tenant).Bind((int)entry.Actor.Kind).Bind(entry.Actor.Id).Bind(Sql.Clean(entry.Actor.Name))
            .Bind(entry.Action).Bind(Sql.Clean(entry.Target)).Bind(entry.Address)),
        cancel);

    public Task<Page<AuditEntry>> List(AuditQuery query, CancellationToken cancel) => database.Read(async db =>
    {
        var limit = Cursors.Limit(query.Limit);
        var select = Sql.Of($"""
            SELECT number, {Columns} FROM revela.audit
            WHERE tenant = $1 AND number < $2 AND action = COALESCE($3, action) AND actor_name = COALESCE($4, actor_name) ORDER BY number DESC LIMIT $5
            """).Bind(query.Tenant).Bind(Cursors.Below(query.Cursor)).Bind(Sql.Clean(query.Action)).Bind(Sql.Clean(query.Actor)).Bind(limit + 1);
        return Cursors.Page(await db.Query(select, Read).ConfigureAwait(false), limit);
    }, cancel);

    static (long Number, AuditEntry Entry) Read(Row row) => (row.Long(), new AuditEntry(
        row.Time(), row.Text(), new Actor((ActorKind)row.Int(), row.GuidOrNull(), row.Text()), row.Text(), row.TextOrNull(), row.TextOrNull()));
}
