using System.Diagnostics;
using Npgsql;
using Revela.Storage.Objects.Files;
using Revela.Storage.Postgres;
using Xunit;

namespace Revela.Tests.Storage.Postgres;

/// <summary>
/// A PostgreSQL server of this test run: a cluster in a temporary folder, reached by its socket, started by the first test that needs it.
/// It ends with the test process, however that ends: the shell that started it waits on a pipe.
/// </summary>
public sealed class PostgresServer
{
    static readonly Lazy<Task<PostgresServer?>> Started = new(Start);
    const string Template = "revela_template";
    static int databases;

    readonly SemaphoreSlim making = new(1);
    readonly string folder;

    PostgresServer(string folder) => this.folder = folder;

    /// <summary>The server; skips the test when PostgreSQL is not installed.</summary>
    public static async Task<PostgresServer> Get()
    {
        var server = await Started.Value;
        Skip.If(server is null, "PostgreSQL is not installed (Debian: apt-get install postgresql)");
        return server!;
    }

    public string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder { Host = folder, Username = "revela", Database = database, MaxPoolSize = 8 }.ConnectionString;

    /// <summary>Makes a database; its name.</summary>
    /// <param name="withTables">A copy of one that has had all migrations, which is quicker than running them.</param>
    public async Task<string> CreateDatabase(bool withTables = true)
    {
        var name = $"test_{Interlocked.Increment(ref databases)}";
        await Run($"CREATE DATABASE {name} TEMPLATE {(withTables ? Template : "template0")}");
        return name;
    }

    public Task DropDatabase(string name) => Run($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");

    /// <summary>Ends every connection to a database, as an administrator or a crashed backend would.</summary>
    public Task EndConnections(string database) =>
        Run($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'");

    async Task Run(string sql)
    {
        await making.WaitAsync();
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
        finally
        {
            making.Release();
        }
    }

    static async Task<PostgresServer?> Start()
    {
        if (Binaries() is not { } binaries) return null;
        // Flushing to disk would only be for a power cut, which no test makes.
        var script = $$"""
            set -eu
            PATH={{binaries}}:$PATH
            folder=$(mktemp -d /tmp/revela-pg.XXXXXX)
            trap 'pg_ctl -D "$folder/data" -m immediate stop >/dev/null 2>&1; rm -rf "$folder"' EXIT
            initdb -D "$folder/data" -U revela -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
            pg_ctl -D "$folder/data" -w -l "$folder/log" -o "-k $folder -c listen_addresses= -c fsync=off -c max_connections=200" start >/dev/null
            chmod 755 "$folder"
            echo "$folder"
            cat >/dev/null
            """;
        var keeper = Process.Start(Shell(script))!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => keeper.StandardInput.Close();
        var folder = await keeper.StandardOutput.ReadLineAsync();
        if (folder is null) throw new InvalidOperationException($"PostgreSQL did not start: {await keeper.StandardError.ReadToEndAsync()}");
        var server = new PostgresServer(folder);
        await server.MakeTemplate();
        return server;
    }

    async Task MakeTemplate()
    {
        await Run($"CREATE DATABASE {Template}");
        var objects = Directory.CreateTempSubdirectory("revela-objects-").FullName;
        var store = await PostgresStore.Open(
            ConnectionString(Template), new FilesObjectStore(objects, TimeProvider.System), TimeProvider.System, null, CancellationToken.None);
        await store.DisposeAsync();
        Directory.Delete(objects, recursive: true);
    }

    // The server refuses to be run by root.
    static ProcessStartInfo Shell(string script)
    {
        string[] words = Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", "sh", "-c", script] : ["sh", "-c", script];
        return new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/tmp",
        };
    }

    static string? Binaries()
    {
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
        if (onPath is not null) return onPath;
        const string debian = "/usr/lib/postgresql";
        if (!Directory.Exists(debian)) return null;
        return Directory.GetDirectories(debian).Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order().LastOrDefault();
    }
}
