using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Revela.Core.Accounts;
using Revela.Core.Assets;
using Revela.Core.Events;
using Revela.Core.Items;
using Revela.Core.Jobs;
using Revela.Core.Queues;
using Revela.Storage.Signals.Postgres;

namespace Revela.Storage.Postgres;

/// <summary>Rows in a PostgreSQL database that any number of servers and workers share; objects wherever they are kept.</summary>
public sealed class PostgresStore : IAsyncDisposable
{
    // Few statements run at a time; more connections would only queue inside the server.
    const int MostConnections = 20;

    readonly PostgresDatabase database;
    readonly PostgresSignals signals;
    readonly PostgresJobStore jobs;

    PostgresStore(PostgresDatabase database, IObjectStore objects, PostgresSignals signals)
    {
        this.database = database;
        this.signals = signals;
        Objects = objects;
        jobs = new PostgresJobStore(database);
        Assets = new PostgresAssetStore(database);
        Items = new PostgresItemStore(database);
        Queues = new PostgresQueueStore(database);
        Workers = new PostgresWorkerStore(database);
        Events = new PostgresEventStore(database);
        Accounts = new PostgresAccountStore(database);
    }

    public IJobStore Jobs => jobs;
    public IAssetStore Assets { get; }
    public IItemStore Items { get; }
    public IQueueStore Queues { get; }
    public IWorkerStore Workers { get; }
    public IEventStore Events { get; }
    public IAccountStore Accounts { get; }
    public IObjectStore Objects { get; }
    public ISignals Signals => signals;

    /// <summary>Writes that came under a lease that was gone, since this store was opened; each changed no row (law 3).</summary>
    public long StaleWrites => jobs.StaleWrites;

    /// <summary>Connects and brings the tables up to date, in a schema of their own.</summary>
    /// <param name="connectionString">As Npgsql reads it: <c>Host=…;Database=…;Username=…;Password=…</c>.</param>
    /// <exception cref="Core.OutageException">The database cannot be reached, or refuses the user.</exception>
    public static async Task<PostgresStore> Open(
        string connectionString, IObjectStore objects, TimeProvider time, ILoggerFactory? log, CancellationToken cancel)
    {
        var source = Source(connectionString);
        try
        {
            await Schema.Migrate(source, cancel).ConfigureAwait(false);
            await objects.Prepare(cancel).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            await source.DisposeAsync().ConfigureAwait(false);
            if (PostgresFault.IsOutage(fault)) throw PostgresFault.Told(fault);
            throw;
        }
        var signals = new PostgresSignals(source, time, (log ?? NullLoggerFactory.Instance).CreateLogger("Revela.Signals"));
        return new PostgresStore(new PostgresDatabase(source, time, signals), objects, signals);
    }

    static NpgsqlDataSource Source(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (string.IsNullOrEmpty(settings.ApplicationName)) settings.ApplicationName = "revela";
        if (settings.MaxPoolSize == new NpgsqlConnectionStringBuilder().MaxPoolSize) settings.MaxPoolSize = MostConnections;
        // Every statement is one of a fixed set: prepared once per connection, and nothing to reset between uses.
        settings.MaxAutoPrepare = 200;
        settings.AutoPrepareMinUsages = 2;
        settings.NoResetOnClose = true;
        if (settings.KeepAlive == 0) settings.KeepAlive = 15;
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        // A claim that a crash of the database forgets could give its lease id out twice (law 3), whatever the server's default is.
        builder.UsePhysicalConnectionInitializer(
            connection => Durable(connection).ExecuteNonQuery(),
            async connection => await Durable(connection).ExecuteNonQueryAsync().ConfigureAwait(false));
        return builder.Build();
    }

    static NpgsqlCommand Durable(NpgsqlConnection connection) => new(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')", connection);

    public async ValueTask DisposeAsync()
    {
        await signals.DisposeAsync().ConfigureAwait(false);
        await database.DisposeAsync().ConfigureAwait(false);
    }
}
