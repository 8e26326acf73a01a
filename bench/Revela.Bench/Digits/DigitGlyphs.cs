using System.Diagnostics;
using System.Net;
using Revela.Imaging.Native.Vips;

namespace Revela.Bench.Digits;

/// <summary>Digits and letters of every font that is installed, cut to their ink.</summary>
static class DigitGlyphs
{
    /// <summary>Letters that nobody takes for a digit.</summary>
    public const string Letters = "ACEFHKLMNPRTUVWXYadefhkmnprtuvwxy&%+@#?";

    /// <summary>How much of each pixel is ink, 0–255.</summary>
    public sealed record Glyph(int Width, int Height, byte[] Ink);

    /// <param name="Digits">0 to 9.</param>
    public sealed record Font(string Name, Glyph[] Digits, Glyph[] Others);

    public static List<Font> Installed()
    {
        var fonts = new List<Font>();
        foreach (var name in Names())
        {
            var digits = "0123456789".Select(c => Draw(name, c)).OfType<Glyph>().ToArray();
            if (digits.Length < 10 || !LinedUp(digits)) continue;
            fonts.Add(new Font(name, digits, Letters.Select(c => Draw(name, c)).OfType<Glyph>().ToArray()));
        }
        return fonts;
    }

    // Old-style figures stand at different heights; no bib has them.
    static bool LinedUp(Glyph[] digits) => digits.Max(d => d.Height) < 1.12 * digits.Min(d => d.Height);

    static IEnumerable<string> Names()
    {
        using var list = Process.Start(new ProcessStartInfo("fc-list", [":lang=en", "--format=%{family[0]}\t%{style[0]}\n"]) { RedirectStandardOutput = true })!;
        var lines = list.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Where(line => !Symbols.Any(word => line.Contains(word, StringComparison.OrdinalIgnoreCase))).Select(line => line.Replace('\t', ' ')).Distinct().Order(StringComparer.Ordinal);
    }

    static readonly string[] Symbols = ["awesome", "symbol", "dingbat", "dseg", "barcode", "emoji", "chancery", "script"];

    static Glyph? Draw(string font, char c)
    {
        try
        {
            using var image = VipsOperation.Call("text", ("text", WebUtility.HtmlEncode(c.ToString())), ("font", font + " 60"), ("dpi", 144));
            return image.Width < 4 || image.Height < 20 ? null : new Glyph(image.Width, image.Height, image.Pixels());
        }
        catch (VipsException)
        {
            return null;
        }
    }
}
