using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Storage.Sqlite.Calls;

namespace Revela.Storage.Sqlite;

/// <summary>Calls to outside services in the embedded database.</summary>
sealed class SqliteCallStore(SqliteDatabase database) : ICallStore
{
    public Task<CallPermit> Begin(NewCall call, CancellationToken cancel) => database.Write(tx => CallRows.Begin(tx, call), cancel);

    public Task End(long number, decimal? usd, CancellationToken cancel) =>
        database.Write(tx => CallRows.End(tx, number, usd is { } known ? Costs.Micros(known) : null), cancel);

    public Task Answer(long number, CallReply reply, CancellationToken cancel) => database.Write(tx => CallRows.Answer(tx, number, reply), cancel);

    public Task Shut(string provider, Parked why, CancellationToken cancel) => database.Write(tx => ShutRows.Shut(tx, provider, why), cancel);

    public async Task<IReadOnlyList<Call>> List(string tenant, Guid jobId, CancellationToken cancel) =>
        await database.Read(db => CallRows.List(db, tenant, jobId), cancel).ConfigureAwait(false);

    public async Task<IReadOnlyList<Spending>> Spent(string tenant, DateOnly from, DateOnly until, CancellationToken cancel) =>
        await database.Read(db => CallRows.Spent(db, tenant, Midnight(from), Midnight(until.AddDays(1))), cancel).ConfigureAwait(false);

    static DateTimeOffset Midnight(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
}

/// <summary>Budgets in the embedded database.</summary>
sealed class SqliteBudgetStore(SqliteDatabase database) : IBudgetStore
{
    public async Task<IReadOnlyList<BudgetState>> List(CancellationToken cancel) =>
        await database.Read(db => BudgetRows.List(db, database.Time.GetUtcNow()), cancel).ConfigureAwait(false);

    public Task Save(Budget budget, CancellationToken cancel) => database.Write(tx => BudgetRows.Save(tx, budget), cancel);

    public Task<bool> Delete(string name, CancellationToken cancel) => database.Write(tx => BudgetRows.Delete(tx, name), cancel);
}
