using System.Collections.Concurrent;

namespace Revela.Storage.Sqlite;

/// <summary>Read connections, opened as they are needed and kept; a reader never waits for the writer.</summary>
sealed class ReaderPool(string path) : IDisposable
{
    const int Most = 8;
    readonly ConcurrentBag<Connection> idle = [];
    readonly SemaphoreSlim free = new(Most);

    public async Task<T> Read<T>(Func<Connection, T> query, CancellationToken cancel)
    {
        await free.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (!idle.TryTake(out var connection)) connection = Connect();
            return Run(connection, query, cancel);
        }
        catch (SqliteFault fault)
        {
            throw fault.IsInterrupt ? new OperationCanceledException(cancel) : fault.ToOutage();
        }
        finally
        {
            free.Release();
        }
    }

    T Run<T>(Connection connection, Func<Connection, T> query, CancellationToken cancel)
    {
        try
        {
            T result;
            // Ends before the connection is handed back, or it would interrupt the next reader.
            using (cancel.Register(connection.Interrupt))
            {
                connection.Run("BEGIN");
                result = query(connection);
                connection.Run("COMMIT");
            }
            idle.Add(connection);
            return result;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    Connection Connect()
    {
        var connection = new Connection(path);
        connection.Execute("PRAGMA query_only = ON; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY;");
        return connection;
    }

    public void Dispose()
    {
        foreach (var connection in idle) connection.Dispose();
        free.Dispose();
    }
}
