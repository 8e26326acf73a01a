using System.Text;
using Revela.Core;

namespace Revela.App.Uploads;

/// <summary>What a row of a list names: a picture by URL or an asset by id, with the name that the picture shall go by.</summary>
public sealed record ListedInput(string Value, Guid? AssetId, string? Name);

/// <summary>
/// Reads a list of pictures: CSV (RFC 4180) with a header that has a column <c>url</c>, <c>asset_id</c> or <c>input</c> and perhaps <c>name</c>,
/// or one URL or id a line without one.
/// </summary>
public static class ListedInputs
{
    static readonly string[] ValueColumns = ["url", "asset_id", "input"];

    /// <param name="most">Rows that are read at most.</param>
    /// <exception cref="RevelaException"><c>invalid-request</c>: it is no such list, or longer.</exception>
    public static IReadOnlyList<ListedInput> Read(string text, int most)
    {
        var rows = Rows(text.TrimStart('\uFEFF')).Where(row => row.Any(cell => cell.Length > 0)).Take(most + 2).ToList();
        var header = rows.Count == 0 ? [] : rows[0].ConvertAll(cell => cell.ToLowerInvariant());
        var columns = ValueColumns.Select(column => header.IndexOf(column)).Where(index => index >= 0).ToArray();
        var name = columns.Length == 0 ? -1 : header.IndexOf("name");
        if (columns.Length > 0) rows.RemoveAt(0);
        else columns = [0];
        if (rows.Count > most) throw Api.Refusals.Invalid($"The list has more than {most} rows.");
        return [.. rows.Select(row => Of(columns.Select(index => Cell(row, index)).FirstOrDefault(cell => cell.Length > 0) ?? "", Cell(row, name)))];
    }

    static ListedInput Of(string value, string name) =>
        new(value, Guid.TryParseExact(value, "D", out var id) ? id : null, name.Length == 0 ? null : name);

    static string Cell(List<string> row, int index) => index >= 0 && index < row.Count ? row[index].Trim() : "";

    static IEnumerable<List<string>> Rows(string text)
    {
        var (row, cell, quoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (quoted && letter == '"' && i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[++i]);
            else if (letter == '"' && (quoted || cell.Length == 0)) quoted = !quoted;
            else if (!quoted && letter is ',' or '\n') EndCell();
            else if (quoted || letter != '\r') cell.Append(letter);
            if (!quoted && letter == '\n')
            {
                yield return row;
                row = [];
            }
        }
        EndCell();
        yield return row;

        void EndCell()
        {
            row.Add(cell.ToString().Trim());
            cell.Clear();
        }
    }
}
