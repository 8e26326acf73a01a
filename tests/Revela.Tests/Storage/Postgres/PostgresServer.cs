using Npgsql;
using Revela.Services;
using Revela.Storage.Objects.Files;
using Revela.Storage.Postgres;
using Xunit;

namespace Revela.Tests.Storage.Postgres;

/// <summary>The PostgreSQL server of this test run, started by the first test that needs it; where it is not installed they are skipped.</summary>
public sealed class PostgresServer
{
    static readonly Lazy<Task<PostgresServer?>> Started = new(Start);
    const string Template = "revela_template";

    readonly SemaphoreSlim making = new(1);
    readonly PostgresService service;

    PostgresServer(PostgresService service) => this.service = service;

    public static async Task<PostgresServer> Get()
    {
        var server = await Started.Value;
        Skip.If(server is null, "PostgreSQL is not installed (Debian: apt-get install postgresql)");
        return server!;
    }

    public string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder(service.ConnectionString(database)) { MaxPoolSize = 8 }.ConnectionString;

    /// <summary>Makes a database; its name.</summary>
    /// <param name="withTables">A copy of one that has had all migrations, which is quicker than running them.</param>
    public Task<string> CreateDatabase(bool withTables = true) => InTurn(() => service.CreateDatabase(withTables ? Template : "template0"));

    public Task DropDatabase(string name) => InTurn(async () =>
    {
        await service.Run("postgres", $"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        return true;
    });

    /// <summary>Ends every connection to a database, as an administrator or a crashed backend would.</summary>
    public Task EndConnections(string database) => service.EndConnections(database);

    /// <summary>Runs statements as any application with a connection of its own would.</summary>
    public Task Run(string database, string sql) => service.Run(database, sql);

    async Task<T> InTurn<T>(Func<Task<T>> make)
    {
        await making.WaitAsync();
        try
        {
            return await make();
        }
        finally
        {
            making.Release();
        }
    }

    static async Task<PostgresServer?> Start()
    {
        if (await PostgresService.Start("fsync=off", "max_connections=200") is not { } service) return null;
        await service.Run("postgres", $"CREATE DATABASE {Template}");
        var server = new PostgresServer(service);
        await server.MakeTemplate();
        return server;
    }

    async Task MakeTemplate()
    {
        var objects = Directory.CreateTempSubdirectory("revela-objects-").FullName;
        var store = await PostgresStore.Open(
            ConnectionString(Template), new FilesObjectStore(objects, TimeProvider.System), TimeProvider.System, null, CancellationToken.None);
        await store.DisposeAsync();
        Directory.Delete(objects, recursive: true);
    }
}
