using System.Text;

namespace Revela.App.Recipes;

/// <summary>Reads comma-separated text (RFC 4180), also with semicolons or tabs, whichever the first line has more of.</summary>
public static class CsvTable
{
    /// <summary>Rows that hold anything, their cells trimmed. Quotes that are never closed hold the rest.</summary>
    public static IEnumerable<IReadOnlyList<string>> Rows(string text)
    {
        text = text.TrimStart('\uFEFF');
        var separator = SeparatorOf(text);
        var (row, cell, quoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[++i]);
            else if (c == '"' && (quoted || cell.Length == 0)) quoted = !quoted;
            else if (quoted) cell.Append(c);
            else if (c == separator) End();
            else if (c is '\n' or '\r')
            {
                End();
                if (row.Exists(one => one.Length > 0)) yield return row;
                row = [];
            }
            else cell.Append(c);
        }
        End();
        if (row.Exists(one => one.Length > 0)) yield return row;

        void End()
        {
            row.Add(cell.ToString().Trim());
            cell.Clear();
        }
    }

    /// <summary>Where the first of these names stands in a row of headings; null when none does.</summary>
    public static int? Column(IReadOnlyList<string> headings, params string[] names)
    {
        foreach (var name in names)
            for (var i = 0; i < headings.Count; i++)
                if (headings[i].Equals(name, StringComparison.OrdinalIgnoreCase)) return i;
        return null;
    }

    static char SeparatorOf(string text)
    {
        var end = text.IndexOfAny(['\n', '\r']);
        var first = end < 0 ? text : text[..end];
        return ",;\t".MaxBy(candidate => first.Count(c => c == candidate));
    }
}
