using Npgsql;

namespace Revela.Storage.Postgres;

/// <summary>A row of an answer, its columns read from left to right.</summary>
sealed class Row(NpgsqlDataReader reader)
{
    int column;

    public async Task<bool> Next()
    {
        column = 0;
        return await reader.ReadAsync().ConfigureAwait(false);
    }

    public bool Bool() => reader.GetBoolean(column++);

    public int Int() => reader.GetInt32(column++);

    public long Long() => reader.GetInt64(column++);

    public double Double() => reader.GetDouble(column++);

    public string Text() => reader.GetString(column++);

    public Guid Guid() => reader.GetGuid(column++);

    public byte[] Bytes() => reader.GetFieldValue<byte[]>(column++);

    public DateTimeOffset Time() => reader.GetFieldValue<DateTimeOffset>(column++);

    public int? IntOrNull() => IsNull() ? null : Int();

    public long? LongOrNull() => IsNull() ? null : Long();

    public string? TextOrNull() => IsNull() ? null : Text();

    public byte[]? BytesOrNull() => IsNull() ? null : Bytes();

    public Guid? GuidOrNull() => IsNull() ? null : Guid();

    public DateTimeOffset? TimeOrNull() => IsNull() ? null : Time();

    public bool? BoolOrNull() => IsNull() ? null : Bool();

    public long[] Longs() => reader.GetFieldValue<long[]>(column++);

    public string[] Texts() => reader.GetFieldValue<string[]>(column++);

    /// <summary>Whether the next column is null; it is not passed.</summary>
    public bool IsNullAhead() => reader.IsDBNull(column);

    bool IsNull()
    {
        if (!reader.IsDBNull(column)) return false;
        column++;
        return true;
    }
}

/// <summary>The answers to statements that were sent together, in their order.</summary>
sealed class Answers(NpgsqlBatch batch, NpgsqlDataReader reader) : IAsyncDisposable
{
    bool begun;

    /// <summary>All rows of the next statement that answers with rows.</summary>
    public async Task<List<T>> Rows<T>(Func<Row, T> read)
    {
        if (begun && !await reader.NextResultAsync().ConfigureAwait(false)) throw new InvalidOperationException("There are no more answers.");
        begun = true;
        var rows = new List<T>();
        var row = new Row(reader);
        while (await row.Next().ConfigureAwait(false)) rows.Add(read(row));
        return rows;
    }

    /// <summary>Waits for the statements that answer with no rows, and for their errors.</summary>
    public async Task End()
    {
        while (await reader.NextResultAsync().ConfigureAwait(false)) { }
    }

    public async ValueTask DisposeAsync()
    {
        await reader.DisposeAsync().ConfigureAwait(false);
        await batch.DisposeAsync().ConfigureAwait(false);
    }
}
