using Npgsql;

namespace Revela.Services;

/// <summary>A real PostgreSQL server of this process, started by <c>postgres.sh</c> and gone with it.</summary>
public sealed class PostgresService : IAsyncDisposable
{
    readonly ServiceScript script;
    readonly string folder;
    int databases;

    PostgresService(ServiceScript script, string folder, int processId) => (this.script, this.folder, ProcessId) = (script, folder, processId);

    /// <summary>Of the server's first process.</summary>
    public int ProcessId { get; private set; }

    public static bool IsInstalled => Binaries() is not null;

    /// <summary>Null when PostgreSQL is not installed.</summary>
    /// <param name="settings">As <c>name=value</c>. For tests: flushing to disk is only for a power cut, which none of them makes.</param>
    public static async Task<PostgresService?> Start(params string[] settings)
    {
        if (Binaries() is not { } binaries) return null;
        var script = ServiceScript.Start("postgres.sh", [binaries, .. settings]);
        var ready = await script.Ready();
        return new PostgresService(script, ready[0], int.Parse(ready[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>How any process of this machine reaches a database of it.</summary>
    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder { Host = folder, Username = "revela", Database = database }.ConnectionString;

    /// <summary>Makes a database; its name.</summary>
    public async Task<string> CreateDatabase(string template = "template0")
    {
        var name = $"test_{Interlocked.Increment(ref databases)}";
        await Run("postgres", $"CREATE DATABASE {name} TEMPLATE {template}");
        return name;
    }

    /// <summary>Ends every connection to a database, as an administrator or a crashed backend would.</summary>
    public Task EndConnections(string database) =>
        Run("postgres", $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}' AND pid <> pg_backend_pid()");

    public async Task Run(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString(database)) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Ends the server as a crash would; it is gone when the task completes.</summary>
    public Task Stop() => script.Ask("stop");

    /// <summary>Starts it again on the same data; it takes connections when the task completes.</summary>
    public async Task StartAgain() => ProcessId = int.Parse((await script.Ask("start"))[1], System.Globalization.CultureInfo.InvariantCulture);

    static string? Binaries()
    {
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
        if (onPath is not null) return onPath;
        const string debian = "/usr/lib/postgresql";
        if (!Directory.Exists(debian)) return null;
        return Directory.GetDirectories(debian).Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order().LastOrDefault();
    }

    public ValueTask DisposeAsync() => script.DisposeAsync();
}
