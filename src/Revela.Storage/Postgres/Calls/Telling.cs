using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Accounts;
using Revela.Core.Queues;

namespace Revela.Storage.Postgres.Calls;

/// <summary>Tells the people who run the store.</summary>
static class Telling
{
    /// <param name="tenant">Only those of this tenant; null for all.</param>
    public static async Task Operators(Transaction tx, string? tenant, string kind, JsonObject data)
    {
        await tx.Query(Sql.Of($"SELECT pg_advisory_xact_lock({Locks.Notices})"), _ => 0).ConfigureAwait(false);
        var people = await tx.Query(
            Sql.Of("SELECT id, tenant FROM revela.users WHERE role >= $1 AND disabled_at IS NULL AND tenant = COALESCE($2, tenant)").Bind((int)Role.Operator).Bind(tenant),
            row => (Id: row.Guid(), Tenant: row.Text())).ConfigureAwait(false);
        foreach (var person in people)
            await tx.Run(Sql.Of("INSERT INTO revela.notices (id, tenant, recipient, kind, data, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
                .Bind(Ids.New(tx.Time)).Bind(person.Tenant).Bind(person.Id).Bind(kind).Bind(Sql.Clean(RowJson.WriteObject(data))).Bind(tx.Now)).ConfigureAwait(false);
        tx.Changes.Ring(Signal.Notices);
    }
}
