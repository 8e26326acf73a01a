using Revela.Core;
using Revela.Core.Jobs;
using SQLitePCL;

namespace Revela.Storage.Sqlite;

/// <summary>An error of SQLite itself, told apart by its result code.</summary>
sealed class SqliteFault(int code, string message) : Exception($"SQLite error {code}: {message}")
{
    /// <summary>The extended result code; its low byte is the primary one.</summary>
    public int Code { get; } = code;

    public bool IsBusy => (Code & 0xff) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;

    public bool IsInterrupt => (Code & 0xff) == raw.SQLITE_INTERRUPT;

    /// <summary>A broken rule of the schema is a bug of the caller; everything else means that the file is away, full or broken.</summary>
    public bool IsOutage => (Code & 0xff) is not (raw.SQLITE_CONSTRAINT or raw.SQLITE_MISUSE or raw.SQLITE_ERROR or raw.SQLITE_MISMATCH or raw.SQLITE_RANGE);

    public Exception ToOutage() => IsOutage
        ? new OutageException(ErrorCodes.StoreUnavailable, "The store is not available at the moment.", this)
        : this;
}
