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
    // Few statements run at a time; more connections would only queue inside the server.
    const int MostConnections = 20;

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
        var source = Source(settings);
        try
        {
            await Schema.Migrate(source, cancel).ConfigureAwait(false);
            await objects.Prepare(cancel).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            await source.DisposeAsync().ConfigureAwait(false);
            if (PostgresFault.IsOutage(fault)) throw PostgresFault.AtStart(fault);
            throw;
        }
        var signals = new FleetSignals(wire ?? new NotifyWire(source), time, (log ?? NullLoggerFactory.Instance).CreateLogger("Revela.Signals"));
        return new PostgresStore($"database {settings.Database} of {settings.Host}", new PostgresDatabase(source, time, signals), objects, signals);
    }

    /// <summary>Whether the database holds anything but empty tables.</summary>
    internal async Task<bool> HoldsData(CancellationToken cancel) =>
        (await database.Read(db => db.Query(Sql.Of(Postgres.Import.HoldsData), row => row.Bool()), cancel).ConfigureAwait(false))[0];

    /// <summary>Takes over the tables of an embedded store, all of them or nothing; how many rows each got.</summary>
    internal IReadOnlyDictionary<string, long> Import(IEnumerable<TableCopy> tables) => Postgres.Import.Take(database.Source, tables);

    static NpgsqlDataSource Source(NpgsqlConnectionStringBuilder settings)
    {
        if (string.IsNullOrEmpty(settings.ApplicationName)) settings.ApplicationName = "revela";
        if (settings.MaxPoolSize == new NpgsqlConnectionStringBuilder().MaxPoolSize) settings.MaxPoolSize = MostConnections;
        // Every statement is one of a fixed set: prepared once per connection, unless a pooler between forbids it, and nothing to reset between uses.
        if (!settings.ShouldSerialize("Max Auto Prepare")) settings.MaxAutoPrepare = 200;
        settings.AutoPrepareMinUsages = 2;
        settings.NoResetOnClose = true;
        if (settings.KeepAlive == 0) settings.KeepAlive = 15;
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        builder.UsePhysicalConnectionInitializer(
            connection => Settings(connection).ExecuteNonQuery(),
            async connection => await Settings(connection).ExecuteNonQueryAsync().ConfigureAwait(false));
        return builder.Build();
    }

    // A claim that a crash of the database forgets could give its lease id out twice (law 3), whatever the server's default is.
    // No statement here is worth compiling: a claim from a line of a million was compiled for 80 ms, anew each time, and ran for 10.
    // And what a process has locked that froze in the middle of a transaction is free again before its leases end.
    static NpgsqlCommand Settings(NpgsqlConnection connection) => new("""
        SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local');
        SELECT set_config(name, 'off', false) FROM pg_settings WHERE name = 'jit';
        SELECT set_config('idle_in_transaction_session_timeout', '10s', false)
        """, connection);

    public async ValueTask DisposeAsync()
    {
        await signals.DisposeAsync().ConfigureAwait(false);
        await database.DisposeAsync().ConfigureAwait(false);
        (Objects as IDisposable)?.Dispose();
    }
}
