using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Revela.Storage.Sqlite;

/// <summary>Binds the SQLite provider to the system's own library, which the operating system keeps patched.</summary>
static class NativeSqlite
{
    static readonly string[] Names = ["libsqlite3.so.0", "libsqlite3.dylib", "sqlite3", "winsqlite3"];
    static readonly Lazy<bool> Loaded = new(Load);

    /// <summary>Must come before the first call into SQLite; later calls cost nothing.</summary>
    public static void Ensure() => _ = Loaded.Value;

    static bool Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return true;
    }

    static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        foreach (var candidate in Names)
            if (NativeLibrary.TryLoad(candidate, out var library)) return library;
        throw new DllNotFoundException("SQLite is missing: install the package libsqlite3-0.");
    }
}
