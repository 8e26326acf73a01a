using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Storage.Postgres.Jobs;

namespace Revela.Storage.Postgres.Calls;

/// <summary>Budgets, and what the calls of their running period took.</summary>
static class BudgetRows
{
    const string Columns = "name, provider, tenant, amount_micros, period, hard, told_at";

    /// <summary>Why the call must wait for money; null when every budget has enough left.</summary>
    public static async Task<Parked?> Missing(Transaction tx, NewCall call)
    {
        Parked? why = null;
        foreach (var (budget, toldAt) in await For(tx, call).ConfigureAwait(false))
        {
            if (await Spent(tx, budget).ConfigureAwait(false) + Costs.Micros(call.Usd) <= Costs.Micros(budget.AmountUsd)) continue;
            if (!(toldAt >= budget.PeriodAt(tx.Now).From)) await Tell(tx, budget).ConfigureAwait(false);
            if (budget.Hard) why ??= budget.WhenSpent(tx.Now);
        }
        return why;
    }

    /// <summary>
    /// There was money just now, or there is some again: one of those who wait for it may look. It calls and lets the next one look, or is parked again;
    /// so no job waits while there is money, and none but one asks while there is none.
    /// </summary>
    public static Task LetOneTry(Transaction tx) => Ordering.Unpark(tx, ParkCodes.Budget, queue: null, most: 1);

    public static async Task<IReadOnlyList<BudgetState>> List(Transaction db)
    {
        var states = new List<BudgetState>();
        foreach (var (budget, _) in await db.Query(Sql.Of($"SELECT {Columns} FROM revela.budgets ORDER BY name"), Read).ConfigureAwait(false))
        {
            var (from, until) = budget.PeriodAt(db.Now);
            states.Add(new BudgetState(budget, Costs.Usd(await Spent(db, budget).ConfigureAwait(false)), from, until));
        }
        return states;
    }

    public static async Task<bool> Save(Transaction tx, Budget budget)
    {
        await tx.Run(Sql.Of($"""
            INSERT INTO revela.budgets ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, NULL) ON CONFLICT (name) DO UPDATE SET
            provider = excluded.provider, tenant = excluded.tenant, amount_micros = excluded.amount_micros, period = excluded.period, hard = excluded.hard, told_at = NULL
            """).Bind(budget.Name).Bind(budget.Provider).Bind(budget.Tenant).Bind(Costs.Micros(budget.AmountUsd)).Bind((int)budget.Per).Bind(budget.Hard)).ConfigureAwait(false);
        await Ordering.Unpark(tx, ParkCodes.Budget, queue: null).ConfigureAwait(false);
        return true;
    }

    public static async Task<bool> Delete(Transaction tx, string name)
    {
        if (await tx.Run(Sql.Of("DELETE FROM revela.budgets WHERE name = $1").Bind(name)).ConfigureAwait(false) == 0) return false;
        await Ordering.Unpark(tx, ParkCodes.Budget, queue: null).ConfigureAwait(false);
        return true;
    }

    static async Task Tell(Transaction tx, Budget budget)
    {
        await tx.Run(Sql.Of("UPDATE revela.budgets SET told_at = $1 WHERE name = $2").Bind(tx.Now).Bind(budget.Name)).ConfigureAwait(false);
        await Telling.Operators(tx, budget.Tenant, SpentNotice.Kind, SpentNotice.DataOf(budget)).ConfigureAwait(false);
    }

    static async Task<long> Spent(Transaction db, Budget budget)
    {
        var (from, until) = budget.PeriodAt(db.Now);
        return (await db.Query(
            Sql.Of("SELECT COALESCE(SUM(cost_micros), 0)::bigint FROM revela.calls WHERE at >= $1 AND at < $2 AND provider = COALESCE($3, provider) AND tenant = COALESCE($4, tenant)")
                .Bind(from).Bind(until).Bind(budget.Provider).Bind(budget.Tenant), row => row.Long()).ConfigureAwait(false)).Single();
    }

    static Task<List<(Budget Budget, DateTimeOffset? ToldAt)>> For(Transaction tx, NewCall call) => tx.Query(
        Sql.Of($"SELECT {Columns} FROM revela.budgets WHERE COALESCE(provider, $1) = $1 AND COALESCE(tenant, $2) = $2 ORDER BY name").Bind(call.Provider).Bind(call.Ticket.Tenant), Read);

    static (Budget Budget, DateTimeOffset? ToldAt) Read(Row row) =>
        (new Budget(row.Text(), row.TextOrNull(), row.TextOrNull(), Costs.Usd(row.Long()), (BudgetPeriod)row.Int(), row.Bool()), row.TimeOrNull());
}
