using System.Buffers;
using System.Text;
using SQLitePCL;

namespace Revela.Storage.Sqlite;

/// <summary>A prepared statement: parameters are bound in order, columns are read by index; times are microseconds of the Unix epoch, ids 16 bytes.</summary>
sealed class Statement(Connection owner, sqlite3_stmt handle, bool isKept) : IDisposable
{
    int bound;
    bool inUse;

    /// <summary>Refuses a second use while rows are still being read: it would reset them.</summary>
    public void Begin()
    {
        if (inUse) throw new InvalidOperationException("This statement is being read already.");
        inUse = true;
        bound = 0;
    }

    public Statement Bind(long value)
    {
        raw.sqlite3_bind_int64(handle, ++bound, value);
        return this;
    }

    public Statement Bind(long? value) => value is { } number ? Bind(number) : BindNull();

    public Statement Bind(bool value) => Bind(value ? 1L : 0L);

    public Statement Bind(double value)
    {
        raw.sqlite3_bind_double(handle, ++bound, value);
        return this;
    }

    public Statement Bind(DateTimeOffset value) => Bind(Micros.Of(value));

    public Statement Bind(DateTimeOffset? value) => value is { } time ? Bind(Micros.Of(time)) : BindNull();

    public Statement Bind(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        raw.sqlite3_bind_blob(handle, ++bound, bytes);
        return this;
    }

    public Statement Bind(Guid? value) => value is { } id ? Bind(id) : BindNull();

    public Statement Bind(byte[]? value)
    {
        if (value is null) return BindNull();
        raw.sqlite3_bind_blob(handle, ++bound, value);
        return this;
    }

    public Statement Bind(string? value)
    {
        if (value is null) return BindNull();
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (most > 1024) return BindLong(value, most);
        Span<byte> bytes = stackalloc byte[most];
        raw.sqlite3_bind_text(handle, ++bound, bytes[..Encoding.UTF8.GetBytes(value, bytes)]);
        return this;
    }

    public Statement BindNull()
    {
        raw.sqlite3_bind_null(handle, ++bound);
        return this;
    }

    /// <summary>True: a row can be read.</summary>
    public bool Step() => raw.sqlite3_step(handle) switch
    {
        raw.SQLITE_ROW => true,
        raw.SQLITE_DONE => false,
        _ => throw owner.Fault(),
    };

    /// <summary>Runs to the end; how many rows changed.</summary>
    public int Run()
    {
        while (Step()) { }
        return owner.Changes;
    }

    /// <summary>The first column of the first row as a number; 0 when there is no row.</summary>
    public long Number() => Step() ? Long(0) : 0;

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long Long(int column) => raw.sqlite3_column_int64(handle, column);

    public int Int(int column) => (int)Long(column);

    public bool Bool(int column) => Long(column) != 0;

    public double Double(int column) => raw.sqlite3_column_double(handle, column);

    public long? LongOrNull(int column) => IsNull(column) ? null : Long(column);

    public int? IntOrNull(int column) => IsNull(column) ? null : Int(column);

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string() ?? "";

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public byte[] Bytes(int column) => raw.sqlite3_column_blob(handle, column).ToArray();

    public Guid Guid(int column) => new(raw.sqlite3_column_blob(handle, column), bigEndian: true);

    public Guid? GuidOrNull(int column) => IsNull(column) ? null : Guid(column);

    /// <summary>Names of the columns.</summary>
    public string[] Columns => [.. Enumerable.Range(0, raw.sqlite3_column_count(handle)).Select(column => raw.sqlite3_column_name(handle, column).utf8_to_string())];

    /// <summary>A column of any type.</summary>
    public object? Value(int column) => raw.sqlite3_column_type(handle, column) switch
    {
        raw.SQLITE_INTEGER => Long(column),
        raw.SQLITE_FLOAT => Double(column),
        raw.SQLITE_TEXT => Text(column),
        raw.SQLITE_BLOB => Bytes(column),
        _ => null,
    };

    public DateTimeOffset Time(int column) => Micros.Read(Long(column));

    public DateTimeOffset? TimeOrNull(int column) => IsNull(column) ? null : Time(column);

    public void Dispose()
    {
        inUse = false;
        if (isKept) raw.sqlite3_reset(handle);
        else Close();
    }

    public void Close() => handle.Dispose();

    Statement BindLong(string value, int most)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(most);
        raw.sqlite3_bind_text(handle, ++bound, buffer.AsSpan(0, Encoding.UTF8.GetBytes(value, buffer)));
        ArrayPool<byte>.Shared.Return(buffer);
        return this;
    }
}

/// <summary>Times as the store keeps them: whole microseconds since 1970, UTC.</summary>
static class Micros
{
    const long TicksPerMicro = TimeSpan.TicksPerMicrosecond;
    static readonly long Epoch = DateTimeOffset.UnixEpoch.UtcTicks;

    public static long Of(DateTimeOffset time) => (time.UtcTicks - Epoch) / TicksPerMicro;

    public static long Of(TimeSpan span) => span.Ticks / TicksPerMicro;

    public static DateTimeOffset Read(long micros) => new(Epoch + micros * TicksPerMicro, TimeSpan.Zero);

    public static TimeSpan Span(long micros) => TimeSpan.FromTicks(micros * TicksPerMicro);
}
