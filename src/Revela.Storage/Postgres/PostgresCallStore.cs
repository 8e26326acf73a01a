using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Storage.Postgres.Calls;

namespace Revela.Storage.Postgres;

/// <summary>Calls to outside services in PostgreSQL.</summary>
sealed class PostgresCallStore(PostgresDatabase database) : ICallStore
{
    public Task<CallPermit> Begin(NewCall call, CancellationToken cancel) => database.Write(tx => CallRows.Begin(tx, call), cancel);

    public Task End(long number, decimal? usd, CancellationToken cancel) =>
        database.Write(tx => CallRows.End(tx, number, usd is { } known ? Costs.Micros(known) : null), cancel);

    public Task Answer(long number, CallReply reply, CancellationToken cancel) => database.Write(tx => tx.Run(CallRows.Answer(number, reply)), cancel);

    public Task Shut(string provider, Parked why, CancellationToken cancel) => database.Write(tx => ShutRows.Shut(tx, provider, why), cancel);

    public async Task<IReadOnlyList<Call>> List(string tenant, Guid jobId, CancellationToken cancel) =>
        await database.Read(db => db.Query(CallRows.List(tenant, jobId), CallRows.Read), cancel).ConfigureAwait(false);

    public async Task<IReadOnlyList<Spending>> Spent(string tenant, DateOnly from, DateOnly until, CancellationToken cancel) =>
        await database.Read(
            db => db.Query(CallRows.Spent(tenant, Midnight(from), Midnight(until.AddDays(1))), row => Spending.Of(row.Long(), row.Text(), row.Long(), Costs.Usd(row.Long()))), cancel).ConfigureAwait(false);

    static DateTimeOffset Midnight(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
}

/// <summary>Budgets in PostgreSQL.</summary>
sealed class PostgresBudgetStore(PostgresDatabase database) : IBudgetStore
{
    public Task<IReadOnlyList<BudgetState>> List(CancellationToken cancel) => database.Read(BudgetRows.List, cancel);

    public Task Save(Budget budget, CancellationToken cancel) => database.Write(tx => BudgetRows.Save(tx, budget), cancel);

    public Task<bool> Delete(string name, CancellationToken cancel) => database.Write(tx => BudgetRows.Delete(tx, name), cancel);
}
