using System.Globalization;
using Revela.App.Api;
using Revela.Core;

namespace Revela.App.Recipes.RacePhotos;

/// <summary>Reads a roster: CSV of the numbers that were given out, with the runners' names.</summary>
public static class RosterFile
{
    public const int MaxBytes = 8 * 1024 * 1024;
    const int MaxRunners = 200_000;
    const int MaxName = 200;
    const int MistakesShown = 10;

    static readonly string[] BibHeadings = ["bib", "number", "no", "dorsal", "numero", "número"];
    static readonly string[] NameHeadings = ["name", "runner", "nombre", "corredor"];

    public static bool IsBib(string text) => text.Length is > 0 and <= 9 && text.All(char.IsAsciiDigit);

    /// <summary>Names by number. Without headings the first column is the number and the second the name.</summary>
    /// <exception cref="RevelaException"><c>invalid-request</c>, with the lines that are wrong.</exception>
    public static IReadOnlyDictionary<string, string> Read(string csv)
    {
        var rows = CsvTable.Rows(csv).ToList();
        if (rows.Count == 0) throw Refusals.Invalid("The roster is empty.");
        var heading = CsvTable.Column(rows[0], BibHeadings);
        var (bibs, names) = heading is { } bib ? (bib, CsvTable.Column(rows[0], NameHeadings) ?? -1) : (0, 1);
        var runners = new Dictionary<string, string>(StringComparer.Ordinal);
        var mistakes = new List<string>();
        for (var i = heading is null ? 0 : 1; i < rows.Count; i++)
        {
            var number = Cell(rows[i], bibs);
            if (!IsBib(number)) mistakes.Add($"row {i + 1}: '{Shown(number)}' is not a number of at most 9 digits");
            else if (!runners.TryAdd(number, Cell(rows[i], names))) mistakes.Add($"row {i + 1}: {number} was there before");
        }
        if (runners.Count > MaxRunners) mistakes.Add($"it has more than {MaxRunners} runners");
        if (mistakes.Count > 0) throw Refusals.Invalid($"The roster has mistakes: {string.Join("; ", mistakes.Take(MistakesShown))}{(mistakes.Count > MistakesShown ? "; …" : "")}.");
        return runners;
    }

    /// <summary>The numbers as <c>read-bibs</c> takes them: neighbours as ranges, those with leading zeros one by one.</summary>
    public static IReadOnlyList<string> Ranges(IEnumerable<string> bibs)
    {
        var entries = new List<string>();
        var plain = new SortedSet<int>();
        foreach (var bib in bibs)
        {
            if (bib[0] == '0') entries.Add(bib);
            else plain.Add(int.Parse(bib, CultureInfo.InvariantCulture));
        }
        int? first = null, last = null;
        foreach (var number in plain)
        {
            if (number == last + 1) last = number;
            else
            {
                Close();
                first = last = number;
            }
        }
        Close();
        return entries;

        void Close()
        {
            if (first is { } begin) entries.Add(begin == last ? $"{begin}" : $"{begin}-{last}");
        }
    }

    static string Cell(IReadOnlyList<string> row, int column) => column >= 0 && column < row.Count ? row[column].Length <= MaxName ? row[column] : row[column][..MaxName] : "";

    static string Shown(string text) => text.Length <= 20 ? text : text[..20] + "…";
}
