using System.Globalization;

namespace Revela.Imaging.Ocr;

/// <summary>The numbers that were given out: single ones and ranges, such as <c>17</c> and <c>100-250</c>.</summary>
sealed class Roster
{
    readonly HashSet<string> single = [];
    readonly List<(int First, int Last)> ranges = [];

    /// <summary>An entry that is neither a number nor a range; null when all are good.</summary>
    public static string? FirstMistake(IEnumerable<string> entries) => entries.FirstOrDefault(entry => !IsNumber(entry) && Range(entry) is null);

    /// <exception cref="FormatException">An entry is neither a number nor a range.</exception>
    public static Roster Of(IEnumerable<string> entries)
    {
        var roster = new Roster();
        foreach (var entry in entries)
        {
            if (IsNumber(entry)) roster.single.Add(entry);
            else roster.ranges.Add(Range(entry) ?? throw new FormatException($"'{entry}' is neither a number nor a range"));
        }
        return roster;
    }

    /// <summary>A range holds its numbers without leading zeros.</summary>
    public bool Contains(string number) => single.Contains(number)
        || number[0] != '0' && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && ranges.Exists(r => value >= r.First && value <= r.Last);

    /// <summary>Whether this may be a part of a longer number that was given out. Of ranges only the length is looked at, on the safe side.</summary>
    public bool HasLonger(string number) =>
        single.Any(other => other.Length > number.Length && other.Contains(number, StringComparison.Ordinal))
        || ranges.Exists(range => range.Last.ToString(CultureInfo.InvariantCulture).Length > number.Length);

    static bool IsNumber(string entry) => entry.Length is > 0 and <= 9 && entry.All(char.IsAsciiDigit);

    static (int First, int Last)? Range(string entry)
    {
        var ends = entry.Split('-', StringSplitOptions.TrimEntries);
        if (ends.Length != 2 || !ends.All(IsNumber)) return null;
        var (first, last) = (int.Parse(ends[0], CultureInfo.InvariantCulture), int.Parse(ends[1], CultureInfo.InvariantCulture));
        return first <= last ? (first, last) : null;
    }
}
