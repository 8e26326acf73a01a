using System.Text;

namespace Revela.App.Uploads;

/// <summary>Makes a name that came from outside safe to show and to offer for saving; it never becomes part of a path here.</summary>
public static class FileNames
{
    const int MaxLength = 200;

    /// <summary>The last segment without control characters and characters no file system takes; null when nothing is left.</summary>
    public static string? Clean(string? name)
    {
        if (name is null) return null;
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var clean = new StringBuilder();
        foreach (var rune in last.EnumerateRunes())
            if (!Rune.IsControl(rune) && rune != Rune.ReplacementChar && !IsFormat(rune)) clean.Append("<>:\"|?*".Contains((char)rune.Value) && rune.IsBmp ? "_" : rune.ToString());
        var trimmed = clean.ToString().Trim(' ', '.');
        if (trimmed.Length > MaxLength) trimmed = Shortened(trimmed);
        return trimmed.Length == 0 ? null : trimmed;
    }

    // Marks that turn the direction of text make "gpj.exe" out of "exe.jpg".
    static bool IsFormat(Rune rune) => Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.Format;

    static string Shortened(string name)
    {
        var extension = Path.GetExtension(name) is { Length: <= 10 } short10 ? short10 : "";
        var keep = MaxLength - extension.Length;
        if (char.IsHighSurrogate(name[keep - 1])) keep--;
        return name[..keep] + extension;
    }
}
