using System.Globalization;
using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.Storage.Rows;

/// <summary>Cursors of listings: the number of the last row seen; the next page begins below it.</summary>
static class Cursors
{
    public const int MostOnPage = 500;

    public static long Below(string? cursor)
    {
        if (cursor is null) return long.MaxValue;
        if (long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        throw new RevelaException(ErrorCodes.InvalidRequest, "The cursor is not one that this listing gave out.");
    }

    public static int Limit(int limit) => Math.Clamp(limit, 1, MostOnPage);

    /// <param name="rows">Read with a limit one above the page's, each with its number.</param>
    public static Page<T> Page<T>(List<(long Number, T Row)> rows, int limit)
    {
        var more = rows.Count > limit;
        var kept = more ? rows[..limit] : rows;
        return new Page<T>(kept.ConvertAll(row => row.Row), more ? kept[^1].Number.ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <summary>A LIKE pattern that finds the text anywhere, to be used with <c>ESCAPE '\'</c>.</summary>
    public static string Anywhere(string text) =>
        "%" + text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal) + "%";

    /// <summary>A LIKE pattern that finds ids with this text in their hexadecimal; null when it can stand in none.</summary>
    public static string? PartOfId(string text)
    {
        var digits = text.Replace("-", "", StringComparison.Ordinal);
        return digits.Length is > 0 and <= 32 && digits.All(char.IsAsciiHexDigit) ? $"%{digits}%" : null;
    }
}
