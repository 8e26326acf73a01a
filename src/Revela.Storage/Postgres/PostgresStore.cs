using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Revela.Core.Accounts;
using Revela.Core.Assets;
using Revela.Core.Erasure;
using Revela.Core.Events;
using Revela.Core.Items;
using Revela.Core.Jobs;
using Revela.Core.Ledger;
using Revela.Core.Notices;
using Revela.Core.Queues;
using Revela.Core.Schedules;
using Revela.Core.Statistics;
using Revela.Core.Webhooks;
using Revela.Storage.Signals;
using Revela.Storage.Signals.Postgres;

namespace Revela.Storage.Postgres;

/// <summary>Rows in a PostgreSQL database that any number of servers and workers share; objects wherever they are kept.</summary>
public sealed class PostgresStore : IStore
{
    readonly PostgresDatabase database;
    readonly FleetSignals signals;

    PostgresStore(string place, PostgresDatabase database, IObjectStore objects, FleetSignals signals)
    {
        Place = place;
        this.database = database;
        this.signals = signals;
        Objects = objects;
        Jobs = new PostgresJobStore(database);
        Assets = new PostgresAssetStore(database);
        Items = new PostgresItemStore(database);
        Queues = new PostgresQueueStore(database);
        Workers = new PostgresWorkerStore(database);
        Events = new PostgresEventStore(database);
        Accounts = new PostgresAccountStore(database);
        Users = new PostgresUserStore(database);
        Audit = new PostgresAuditStore(database);
        Notices = new PostgresNoticeStore(database);
        Calls = new PostgresCallStore(database);
        Budgets = new PostgresBudgetStore(database);
        Statistics = new PostgresStatisticsStore(database);
        Webhooks = new PostgresWebhookStore(database);
        Deliveries = new PostgresDeliveryStore(database);
        Erasure = new PostgresErasure(database);
        Schedules = new PostgresScheduleStore(database);
        Inbox = new PostgresInbox(database);
    }

    public IJobStore Jobs { get; }
    public IAssetStore Assets { get; }
    public IItemStore Items { get; }
    public IQueueStore Queues { get; }
    public IWorkerStore Workers { get; }
    public IEventStore Events { get; }
    public IAccountStore Accounts { get; }
    public IUserStore Users { get; }
    public IAuditStore Audit { get; }
    public INoticeStore Notices { get; }
    public ICallStore Calls { get; }
    public IBudgetStore Budgets { get; }
    public IStatisticsStore Statistics { get; }
    public IWebhookStore Webhooks { get; }
    public IDeliveryStore Deliveries { get; }
    public IErasure Erasure { get; }
    public IScheduleStore Schedules { get; }
    public IObjectStore Objects { get; }
    public ISignals Signals => signals;
    public IInbox? Inbox { get; }

    public string Place { get; }

    /// <summary>Connects and brings the tables up to date, in a schema of their own.</summary>
    /// <param name="connection">As <see cref="ConnectionText"/> reads it.</param>
    /// <param name="objects">Closed with the store.</param>
    /// <param name="wire">Over which processes wake each other; null for LISTEN and NOTIFY. Closed with the store.</param>
    /// <exception cref="Core.OutageException">The database cannot be reached, or refuses the user; or the object storage is away.</exception>
    public static async Task<PostgresStore> Open(
        string connection, IObjectStore objects, TimeProvider time, ILoggerFactory? log, CancellationToken cancel, IWire? wire = null)
    {
        var settings = ConnectionText.Read(connection);
        var sources = Sources.Of(settings);
        try
        {
            await Schema.Migrate(sources.Reading, cancel).ConfigureAwait(false);
            await objects.Prepare(cancel).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            await sources.DisposeAsync().ConfigureAwait(false);
            if (PostgresFault.IsOutage(fault)) throw PostgresFault.AtStart(fault);
            throw;
        }
        var signals = new FleetSignals(wire ?? new NotifyWire(sources.Reading), time, (log ?? NullLoggerFactory.Instance).CreateLogger("Revela.Signals"));
        return new PostgresStore($"database {settings.Database} of {settings.Host}", new PostgresDatabase(sources, time, signals), objects, signals);
    }

    /// <summary>Whether the database holds anything but empty tables.</summary>
    internal async Task<bool> HoldsData(CancellationToken cancel) =>
        (await database.Read(db => db.Query(Sql.Of(Postgres.Import.HoldsData), row => row.Bool()), cancel).ConfigureAwait(false))[0];

    /// <summary>Takes over the tables of an embedded store, all of them or nothing; how many rows each got.</summary>
    internal IReadOnlyDictionary<string, long> Import(IEnumerable<TableCopy> tables) => Postgres.Import.Take(database.Sources.Reading, tables);

    public async ValueTask DisposeAsync()
    {
        await signals.DisposeAsync().ConfigureAwait(false);
        await database.DisposeAsync().ConfigureAwait(false);
        (Objects as IDisposable)?.Dispose();
    }
}
