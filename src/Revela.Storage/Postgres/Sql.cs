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

/// <summary>A table that takes many rows with one statement: each column travels as an array.</summary>
sealed class Table<TRow>(string name, string? numbering = null)
{
    readonly List<Part> columns = [];
    string? sql;

    /// <param name="cast">The column's type, where an array of it cannot be sent.</param>
    public Table<TRow> Column<T>(string column, Func<TRow, T> value, string? cast = null)
    {
        columns.Add(new Part<T>(column, cast, value));
        return this;
    }

    /// <param name="conflict">What to do with a row that is there already; null: it is an error.</param>
    public NpgsqlBatchCommand Insert(IReadOnlyCollection<TRow> rows, string? conflict = null)
    {
        sql ??= Text();
        var command = new NpgsqlBatchCommand(conflict is null ? sql : $"{sql} {conflict}");
        foreach (var column in columns) command.Parameters.Add(column.Values(rows));
        return command;
    }

    string Text()
    {
        var names = string.Join(", ", columns.Select(column => column.Name));
        var arrays = string.Join(", ", columns.Select((_, i) => $"${i + 1}"));
        var values = string.Join(", ", columns.Select(column => column.Cast is { } type ? $"{column.Name}::{type}" : column.Name));
        var rows = $"FROM unnest({arrays}) AS rows({names})";
        return numbering is null
            ? $"INSERT INTO revela.{name} ({names}) SELECT {values} {rows}"
            : $"INSERT INTO revela.{name} (id, {names}) SELECT nextval('revela.{numbering}'), {values} {rows}";
    }

    abstract class Part(string name, string? cast)
    {
        public string Name => name;
        public string? Cast => cast;

        public abstract NpgsqlParameter Values(IReadOnlyCollection<TRow> rows);
    }

    sealed class Part<T>(string name, string? cast, Func<TRow, T> value) : Part(name, cast)
    {
        public override NpgsqlParameter Values(IReadOnlyCollection<TRow> rows)
        {
            var values = new T[rows.Count];
            var i = 0;
            foreach (var row in rows) values[i++] = value(row);
            return new NpgsqlParameter<T[]> { TypedValue = values };
        }
    }
}
