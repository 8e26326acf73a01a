using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Storage.Sqlite.Jobs;

namespace Revela.Storage.Sqlite.Calls;

/// <summary>Budgets, and what the calls of their running period took.</summary>
static class BudgetRows
{
    const string Columns = "name, provider, tenant, amount_micros, period, hard, told_at";

    /// <summary>Why the call must wait for money; null when every budget has enough left.</summary>
    public static Parked? Missing(WriteTransaction tx, NewCall call)
    {
        Parked? why = null;
        foreach (var (budget, toldAt) in For(tx.Db, call))
        {
            if (Spent(tx.Db, budget, tx.Now) + Costs.Micros(call.Usd) <= Costs.Micros(budget.AmountUsd)) continue;
            if (!(toldAt >= budget.PeriodAt(tx.Now).From)) Tell(tx, budget);
            if (budget.Hard) why ??= budget.WhenSpent(tx.Now);
        }
        return why;
    }

    /// <summary>
    /// There was money just now, or there is some again: one of those who wait for it may look. It calls and lets the next one look, or is parked again;
    /// so no job waits while there is money, and none but one asks while there is none.
    /// </summary>
    public static void LetOneTry(WriteTransaction tx) => Ordering.Unpark(tx, ParkCodes.Budget, queue: null, most: 1);

    public static List<BudgetState> List(Connection db, DateTimeOffset now)
    {
        using var query = db.Use($"SELECT {Columns} FROM budgets ORDER BY name");
        return ReadAll(query).ConvertAll(row => State(db, row.Budget, now));
    }

    public static bool Save(WriteTransaction tx, Budget budget)
    {
        using (var upsert = tx.Db.Use($"INSERT OR REPLACE INTO budgets ({Columns}) VALUES (?, ?, ?, ?, ?, ?, NULL)"))
        {
            upsert.Bind(budget.Name).Bind(budget.Provider).Bind(budget.Tenant).Bind(Costs.Micros(budget.AmountUsd)).Bind((long)budget.Per).Bind(budget.Hard).Run();
        }
        Ordering.Unpark(tx, ParkCodes.Budget, queue: null);
        return true;
    }

    public static bool Delete(WriteTransaction tx, string name)
    {
        using (var delete = tx.Db.Use("DELETE FROM budgets WHERE name = ?"))
            if (delete.Bind(name).Run() == 0) return false;
        Ordering.Unpark(tx, ParkCodes.Budget, queue: null);
        return true;
    }

    static void Tell(WriteTransaction tx, Budget budget)
    {
        using (var update = tx.Db.Use("UPDATE budgets SET told_at = ? WHERE name = ?")) update.Bind(tx.Now).Bind(budget.Name).Run();
        Telling.Operators(tx, budget.Tenant, SpentNotice.Kind, SpentNotice.DataOf(budget));
    }

    static BudgetState State(Connection db, Budget budget, DateTimeOffset now)
    {
        var (from, until) = budget.PeriodAt(now);
        return new BudgetState(budget, Costs.Usd(Spent(db, budget, now)), from, until);
    }

    static long Spent(Connection db, Budget budget, DateTimeOffset now)
    {
        var (from, until) = budget.PeriodAt(now);
        using var sum = db.Use("SELECT COALESCE(SUM(cost_micros), 0) FROM calls WHERE at >= ? AND at < ? AND provider = COALESCE(?, provider) AND tenant = COALESCE(?, tenant)");
        return sum.Bind(from).Bind(until).Bind(budget.Provider).Bind(budget.Tenant).Number();
    }

    static List<(Budget Budget, DateTimeOffset? ToldAt)> For(Connection db, NewCall call)
    {
        using var query = db.Use($"SELECT {Columns} FROM budgets WHERE COALESCE(provider, ?1) = ?1 AND COALESCE(tenant, ?2) = ?2 ORDER BY name");
        query.Bind(call.Provider).Bind(call.Ticket.Tenant);
        return ReadAll(query);
    }

    static List<(Budget Budget, DateTimeOffset? ToldAt)> ReadAll(Statement row)
    {
        var budgets = new List<(Budget, DateTimeOffset?)>();
        while (row.Step())
            budgets.Add((new Budget(row.Text(0), row.TextOrNull(1), row.TextOrNull(2), Costs.Usd(row.Long(3)), (BudgetPeriod)row.Int(4), row.Bool(5)), row.TimeOrNull(6)));
        return budgets;
    }
}
