using SQLitePCL;

namespace Revela.Storage.Sqlite;

/// <summary>One open connection to the database file, with the statements it has prepared; used by one thread at a time.</summary>
sealed class Connection : IDisposable
{
    readonly sqlite3 handle;

    // Keyed by reference: every text here is a constant, and hashing it at each use would cost more than the call.
    readonly Dictionary<string, Statement> prepared = new(ReferenceEqualityComparer.Instance);

    public Connection(string path)
    {
        NativeSqlite.Ensure();
        var flags = raw.SQLITE_OPEN_NOMUTEX | raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE;
        var result = raw.sqlite3_open_v2(path, out handle, flags, null);
        if (result != raw.SQLITE_OK) throw new SqliteFault(result, "cannot open the database file");
        raw.sqlite3_extended_result_codes(handle, 1);
        raw.sqlite3_busy_timeout(handle, 5_000);
    }

    public int Changes => raw.sqlite3_changes(handle);

    /// <summary>Rows changed since the connection was opened.</summary>
    public int TotalChanges => raw.sqlite3_total_changes(handle);

    public bool InTransaction => raw.sqlite3_get_autocommit(handle) == 0;

    /// <summary>A prepared statement, ready to bind; dispose it to end its read. The text must be a constant.</summary>
    public Statement Use(string sql)
    {
        if (!prepared.TryGetValue(sql, out var statement))
            prepared.Add(sql, statement = new Statement(this, Prepare(sql, raw.SQLITE_PREPARE_PERSISTENT), isKept: true));
        statement.Begin();
        return statement;
    }

    /// <summary>A statement whose text was made for one use.</summary>
    public Statement UseOnce(string sql) => new(this, Prepare(sql, 0), isKept: false);

    public void Run(string sql)
    {
        using var statement = Use(sql);
        statement.Run();
    }

    /// <summary>Several statements at once, for schema work.</summary>
    public void Execute(string script) => Check(raw.sqlite3_exec(handle, script));

    public void Interrupt() => raw.sqlite3_interrupt(handle);

    public void Check(int result)
    {
        if (result != raw.SQLITE_OK) throw Fault();
    }

    public SqliteFault Fault() => new(raw.sqlite3_extended_errcode(handle), raw.sqlite3_errmsg(handle).utf8_to_string());

    sqlite3_stmt Prepare(string sql, uint flags)
    {
        Check(raw.sqlite3_prepare_v3(handle, sql, flags, out var statement));
        return statement;
    }

    public void Dispose()
    {
        foreach (var statement in prepared.Values) statement.Close();
        prepared.Clear();
        raw.sqlite3_close_v2(handle);
        handle.Dispose();
    }
}
