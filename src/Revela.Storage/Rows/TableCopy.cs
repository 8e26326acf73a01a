namespace Revela.Storage.Rows;

/// <summary>A table on its way from the embedded database to another.</summary>
/// <param name="Columns">Names in the other database.</param>
/// <param name="Rows">Values as the embedded database has them: long, double, string, byte[] or null. Read once, while they come.</param>
public sealed record TableCopy(string Table, IReadOnlyList<string> Columns, IEnumerable<object?[]> Rows);
