using Revela.Storage.Objects.Files;
using Revela.Storage.Postgres;

namespace Revela.Tests.Storage.Postgres;

/// <summary>A database that PostgreSQL stores are opened on, with the stores' objects in a folder.</summary>
public sealed class PostgresBed(TimeProvider time, bool withTables = true)
{
    readonly string folder = Directory.CreateTempSubdirectory("revela-objects-").FullName;
    string? database;

    public async Task<StorePorts> Open()
    {
        var store = await OpenStore();
        return new StorePorts(store.Jobs, store.Assets, store.Items, store.Queues, store.Workers, store.Events, store.Accounts, store.Users, store.Audit, store.Notices, store.Calls, store.Budgets, store.Statistics, store.Webhooks, store.Deliveries, store.Erasure, store.Schedules, store.Signals, store);
    }

    /// <param name="user">Whom the database knows; null: its owner.</param>
    public async Task<PostgresStore> OpenStore(string? user = null)
    {
        var server = await PostgresServer.Get();
        database ??= await server.CreateDatabase(withTables);
        return await PostgresStore.Open(
            server.ConnectionString(database) + (user is null ? "" : $";Username={user}"), new FilesObjectStore(folder, time), time, null, CancellationToken.None);
    }

    /// <summary>Waits inside the database until this is so.</summary>
    public Task Until(string condition) => Run($"DO $$ BEGIN WHILE NOT {condition} LOOP PERFORM pg_stat_clear_snapshot(), pg_sleep(0.05); END LOOP; END $$");

    /// <summary>Runs statements as an administrator would.</summary>
    public async Task Run(string sql) => await (await PostgresServer.Get()).Run(database!, sql);

    public async Task EndConnections() => await (await PostgresServer.Get()).EndConnections(database!);

    /// <summary>Takes the database away from the stores that are open on it.</summary>
    public async Task DropDatabase()
    {
        if (database is not null) await (await PostgresServer.Get()).DropDatabase(database);
    }

    public async Task Remove()
    {
        Directory.Delete(folder, recursive: true);
        await DropDatabase();
    }
}
