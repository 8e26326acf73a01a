using System.Collections.Concurrent;
using Npgsql;

namespace Revela.Storage.Postgres;

/// <summary>Statements with their parameters bound in order ($1, $2 …).</summary>
static class Sql
{
    public static NpgsqlBatchCommand Of(string text) => new(text);

    public static NpgsqlBatchCommand Bind<T>(this NpgsqlBatchCommand command, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return command;
    }

    /// <summary>Text that a row can hold: PostgreSQL knows no zero byte.</summary>
    public static string? Clean(string? text) => text is not null && text.Contains('\0') ? text.Replace("\0", "", StringComparison.Ordinal) : text;
}

/// <summary>A table that takes many rows with one statement: a column travels as an array, or once where all rows have the same.</summary>
/// <param name="numbering">The sequence that numbers its rows, and the lock under which they get their numbers, held until the commit.</param>
sealed class Table<TRow>(string name, (string Sequence, long Lock)? numbering = null)
{
    readonly List<Part> columns = [];

    // By the columns that travel once, a bit each.
    readonly ConcurrentDictionary<long, string> texts = [];

    /// <param name="cast">The column's type, where its values cannot be sent as it.</param>
    public Table<TRow> Column<T>(string column, Func<TRow, T> value, string? cast = null)
    {
        columns.Add(new Part<T>(column, cast, value));
        return this;
    }

    /// <param name="rows">At least one.</param>
    /// <param name="conflict">What to do with a row that is there already; null: it is an error.</param>
    public NpgsqlBatchCommand Insert(IReadOnlyList<TRow> rows, string? conflict = null)
    {
        var command = new NpgsqlBatchCommand();
        var once = 0L;
        for (var i = 0; i < columns.Count; i++)
        {
            // Of many rows the first is an array always: it says how many there are.
            command.Parameters.Add(columns[i].Values(rows, i > 0 || rows.Count == 1, out var isOnce));
            if (isOnce) once |= 1L << i;
        }
        command.CommandText = texts.GetOrAdd(once, Text);
        if (conflict is not null) command.CommandText += $" {conflict}";
        return command;
    }

    string Text(long once)
    {
        var parameters = columns.Select((column, i) => (column.Name, column.Cast, Number: $"${i + 1}", IsOnce: (once >> i & 1) == 1)).ToArray();
        var arrays = parameters.Where(parameter => !parameter.IsOnce).ToArray();
        var names = string.Join(", ", columns.Select(column => column.Name));
        var values = string.Join(", ", parameters.Select(p => (p.IsOnce ? p.Number : p.Name) + (p.Cast is { } type ? $"::{type}" : "")));
        List<string> from = arrays.Length == 0 ? [] : [$"unnest({string.Join(", ", arrays.Select(p => p.Number))}) AS rows({string.Join(", ", arrays.Select(p => p.Name))})"];
        if (numbering is not var (sequence, turn)) return $"INSERT INTO revela.{name} ({names}) SELECT {values}{From()}";
        from.Add("turn");
        return $"""
            WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock({turn}))
            INSERT INTO revela.{name} (id, {names}) SELECT nextval('revela.{sequence}'), {values}{From()}
            """;

        string From() => from.Count == 0 ? "" : $" FROM {string.Join(", ", from)}";
    }

    abstract class Part(string name, string? cast)
    {
        public string Name => name;
        public string? Cast => cast;

        public abstract NpgsqlParameter Values(IReadOnlyList<TRow> rows, bool mayBeOnce, out bool isOnce);
    }

    sealed class Part<T>(string name, string? cast, Func<TRow, T> value) : Part(name, cast)
    {
        public override NpgsqlParameter Values(IReadOnlyList<TRow> rows, bool mayBeOnce, out bool isOnce)
        {
            var first = value(rows[0]);
            var same = 1;
            if (mayBeOnce)
                while (same < rows.Count && EqualityComparer<T>.Default.Equals(value(rows[same]), first)) same++;
            isOnce = mayBeOnce && same == rows.Count;
            if (isOnce) return new NpgsqlParameter<T> { TypedValue = first };
            var values = new T[rows.Count];
            values.AsSpan(0, same).Fill(first);
            for (var i = same; i < values.Length; i++) values[i] = value(rows[i]);
            return new NpgsqlParameter<T[]> { TypedValue = values };
        }
    }
}
