using Microsoft.Extensions.Logging;
using Revela.Core.Queues;

namespace Revela.Storage.Sqlite;

/// <summary>The database file of a data folder: one writer whose commits are shared by all callers, and a pool of readers.</summary>
sealed class SqliteDatabase : IAsyncDisposable
{
    readonly Writer writer;
    readonly ReaderPool readers;

    SqliteDatabase(string path, TimeProvider time, ISignals signals, ILogger log)
    {
        Time = time;
        writer = new Writer(new WriteTransaction(Connect(path), time), signals, log);
        readers = new ReaderPool(path);
    }

    public TimeProvider Time { get; }

    /// <summary>Opens or makes the file and brings its tables up to date. Other processes may have it open too.</summary>
    public static Task<SqliteDatabase> Open(string path, TimeProvider time, ISignals signals, ILogger log, CancellationToken cancel) => Task.Run(() =>
    {
        try
        {
            Make(path);
            return new SqliteDatabase(path, time, signals, log);
        }
        catch (SqliteFault fault)
        {
            throw fault.ToOutage();
        }
    }, cancel);

    /// <summary>Runs the operation on the writer's thread; durable when the task completes. If it throws, nothing of it is kept, and nothing of others is lost.</summary>
    public Task<T> Write<T>(Func<WriteTransaction, T> operation, CancellationToken cancel) => writer.Enqueue(operation, cancel);

    /// <summary>Runs the query on one consistent state; a cancelled one is interrupted.</summary>
    public Task<T> Read<T>(Func<Connection, T> query, CancellationToken cancel) => readers.Read(query, cancel);

    // The file holds the secret that links are signed with: nobody else on this machine may read it.
    static void Make(string path)
    {
        if (OperatingSystem.IsWindows() || File.Exists(path)) return;
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var _ = new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, UnixCreateMode = owner });
    }

    // FULL makes each commit durable before its callers hear of it (laws 2 and 3). A checkpoint every 4,000 pages (16 MB)
    // holds up fewer than one commit in a hundred. What does not fit in 16 MB of pages is read from the system's own cache: a store of
    // a million finished jobs claims as fast as an empty one, and at 0.9 of that with 64 MB, whose pages lie all over the memory.
    static Connection Connect(string path)
    {
        var connection = new Connection(path);
        UseWal(connection);
        connection.Execute("PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000;");
        Schema.Migrate(connection);
        return connection;
    }

    // Of several processes that make the same file, SQLite refuses all but one at once instead of letting them wait;
    // an empty transaction does wait for whoever holds the file.
    static void UseWal(Connection connection)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                connection.Execute("PRAGMA journal_mode = WAL");
                return;
            }
            catch (SqliteFault busy) when (busy.IsBusy && attempt < 100)
            {
                connection.Execute("BEGIN IMMEDIATE; COMMIT");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync().ConfigureAwait(false);
        readers.Dispose();
    }
}
