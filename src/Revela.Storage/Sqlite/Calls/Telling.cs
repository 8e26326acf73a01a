using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Accounts;
using Revela.Core.Queues;

namespace Revela.Storage.Sqlite.Calls;

/// <summary>Tells the people who run the store.</summary>
static class Telling
{
    /// <param name="tenant">Only those of this tenant; null for all.</param>
    public static void Operators(WriteTransaction tx, string? tenant, string kind, JsonObject data)
    {
        foreach (var (id, of) in Find(tx.Db, tenant))
        {
            using var insert = tx.Db.Use("INSERT INTO notices (id, tenant, recipient, kind, data, created_at, read_at) VALUES (?, ?, ?, ?, ?, ?, NULL)");
            insert.Bind(Ids.New(tx.Time)).Bind(of).Bind(id).Bind(kind).Bind(RowJson.WriteObject(data)).Bind(tx.Now).Run();
        }
        tx.Ring(Signal.Notices);
    }

    static List<(Guid Id, string Tenant)> Find(Connection db, string? tenant)
    {
        using var query = db.Use("SELECT id, tenant FROM users WHERE role >= ? AND disabled_at IS NULL AND tenant = COALESCE(?, tenant)");
        query.Bind((long)Role.Operator).Bind(tenant);
        var found = new List<(Guid, string)>();
        while (query.Step()) found.Add((query.Guid(0), query.Text(1)));
        return found;
    }
}
