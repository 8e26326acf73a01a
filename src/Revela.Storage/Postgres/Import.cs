using Npgsql;
using NpgsqlTypes;

namespace Revela.Storage.Postgres;

/// <summary>Takes over the tables of an embedded database in one transaction: all of them or nothing.</summary>
static class Import
{
    const string Sequences = "sequences";

    /// <summary>Whether any row is there that a store makes; the tables themselves are fine.</summary>
    public const string HoldsData = """
        SELECT EXISTS (SELECT 1 FROM revela.jobs) OR EXISTS (SELECT 1 FROM revela.assets) OR EXISTS (SELECT 1 FROM revela.api_keys)
            OR EXISTS (SELECT 1 FROM revela.items) OR EXISTS (SELECT 1 FROM revela.secrets) OR EXISTS (SELECT 1 FROM revela.queues) OR EXISTS (SELECT 1 FROM revela.users)
        """;

    /// <summary>How many rows each table got.</summary>
    /// <exception cref="InvalidOperationException">The database holds data by now.</exception>
    public static IReadOnlyDictionary<string, long> Take(NpgsqlDataSource source, IEnumerable<TableCopy> tables)
    {
        using var connection = source.OpenConnection();
        using var transaction = connection.BeginTransaction();
        Run(connection, $"SELECT pg_advisory_xact_lock({Locks.Migration})");
        if ((bool)Run(connection, HoldsData)!) throw new InvalidOperationException("The database holds data by now.");
        var types = Types(connection);
        var counts = new Dictionary<string, long>();
        foreach (var table in tables)
        {
            if (table.Table == Sequences) SetSequences(connection, table.Rows.Single());
            else counts[table.Table] = Copy(connection, table, types);
        }
        // The database goes on numbering rows behind the last.
        foreach (var (name, column) in types.Where(pair => pair.Value.IsNumbered).Select(pair => pair.Key))
            Run(connection, $"SELECT setval(pg_get_serial_sequence('revela.{name}', '{column}'), COALESCE((SELECT max({column}) FROM revela.{name}), 0) + 1, false)");
        transaction.Commit();
        return counts;
    }

    static long Copy(NpgsqlConnection connection, TableCopy table, Dictionary<(string Table, string Column), (string Type, bool IsNumbered)> types)
    {
        var columns = types.Keys.Where(key => key.Table == table.Table).Select(key => key.Column).ToHashSet();
        if (!columns.SetEquals(table.Columns)) throw new InvalidOperationException($"The columns of {table.Table} differ: {string.Join(", ", columns.Union(table.Columns).Except(columns.Intersect(table.Columns)))}.");
        var kinds = table.Columns.Select(column => types[(table.Table, column)].Type).ToArray();
        using var importer = connection.BeginBinaryImport($"COPY revela.{table.Table} ({string.Join(", ", table.Columns)}) FROM STDIN (FORMAT binary)");
        foreach (var row in table.Rows)
        {
            importer.StartRow();
            for (var i = 0; i < row.Length; i++) Write(importer, row[i], kinds[i]);
        }
        return (long)importer.Complete();
    }

    static void Write(NpgsqlBinaryImporter importer, object? value, string type)
    {
        if (value is null) importer.WriteNull();
        else if (type == "int8") importer.Write((long)value, NpgsqlDbType.Bigint);
        else if (type == "int4") importer.Write(checked((int)(long)value), NpgsqlDbType.Integer);
        else if (type == "bool") importer.Write((long)value != 0, NpgsqlDbType.Boolean);
        else if (type == "float8") importer.Write(Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture), NpgsqlDbType.Double);
        else if (type == "timestamptz") importer.Write(DateTimeOffset.UnixEpoch + Micros.Span((long)value), NpgsqlDbType.TimestampTz);
        else if (type == "uuid") importer.Write(new Guid((byte[])value, bigEndian: true), NpgsqlDbType.Uuid);
        else if (type == "bytea") importer.Write(value as byte[] ?? Convert.FromHexString((string)value), NpgsqlDbType.Bytea);
        else if (type == "jsonb") importer.Write(Sql.Clean((string)value), NpgsqlDbType.Jsonb);
        else if (type == "text") importer.Write(Sql.Clean((string)value), NpgsqlDbType.Text);
        else throw new NotSupportedException($"A column of type {type} cannot be moved.");
    }

    static void SetSequences(NpgsqlConnection connection, object?[] numbers)
    {
        foreach (var (sequence, last) in new[] { "job_seq", "lease_id", "event_id" }.Zip(numbers))
            Run(connection, $"SELECT setval('revela.{sequence}', {(long)last! + 1}, false)");
        Run(connection, $"UPDATE revela.meta SET last_pruned_event = {(long)numbers[2]!}");
    }

    static Dictionary<(string Table, string Column), (string Type, bool IsNumbered)> Types(NpgsqlConnection connection)
    {
        var types = new Dictionary<(string, string), (string, bool)>();
        using var command = new NpgsqlCommand("SELECT table_name, column_name, udt_name, is_identity = 'YES' FROM information_schema.columns WHERE table_schema = 'revela'", connection);
        using var reader = command.ExecuteReader();
        while (reader.Read()) types[(reader.GetString(0), reader.GetString(1))] = (reader.GetString(2), reader.GetBoolean(3));
        return types;
    }

    static object? Run(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }
}
