using Revela.Storage;
using Shouldly;
using SQLitePCL;

namespace Revela.Tests.App;

/// <summary>Stands for another process that stands still while it writes: holds the embedded database of a data folder until it is disposed.</summary>
sealed class HeldStore : IDisposable
{
    readonly sqlite3 handle;

    public HeldStore(string data)
    {
        raw.sqlite3_open(Path.Combine(data, EmbeddedStore.DatabaseFile), out handle).ShouldBe(raw.SQLITE_OK);
        raw.sqlite3_busy_timeout(handle, LiveServer.Patience * 1000);
        raw.sqlite3_exec(handle, "BEGIN IMMEDIATE").ShouldBe(raw.SQLITE_OK);
    }

    public void Dispose()
    {
        raw.sqlite3_exec(handle, "ROLLBACK");
        raw.sqlite3_close_v2(handle);
        handle.Dispose();
    }
}
