using System.Globalization;
using System.Text.Json.Nodes;

namespace Revela.Core.Assets;

/// <summary>
/// The eleven colours that languages have basic words for (Berlin and Kay, Basic Color Terms, 1969), as a rainbow goes and the greys behind it.
/// Rows keep these bits, so none is ever numbered anew.
/// </summary>
[Flags]
public enum Colours
{
    None = 0,
    Red = 1 << 0,
    Orange = 1 << 1,
    Yellow = 1 << 2,
    Green = 1 << 3,
    Blue = 1 << 4,
    Purple = 1 << 5,
    Pink = 1 << 6,
    Brown = 1 << 7,
    White = 1 << 8,
    Grey = 1 << 9,
    Black = 1 << 10,
}

/// <summary>Which of the <see cref="Colours"/> somebody would call a colour.</summary>
public static class ColourWords
{
    /// <summary>What dominant colours are called in the data of a job.</summary>
    public const string InData = "colours";

    /// <summary>A picture is found by what a tenth of it shows, and not by less.</summary>
    const double Much = 0.1;

    static readonly Dictionary<string, Colours> ByName =
        Enum.GetValues<Colours>().Where(colour => colour != Colours.None).ToDictionary(colour => colour.ToString().ToLowerInvariant());

    /// <summary>In their order.</summary>
    public static IReadOnlyCollection<string> All => ByName.Keys;

    public static IReadOnlyList<string> NamesOf(Colours colours) => [.. ByName.Where(known => colours.HasFlag(known.Value)).Select(known => known.Key)];

    /// <summary>The one that is called so, or that <c>#rrggbb</c> is called; null when the text is neither.</summary>
    public static Colours? Read(string? text)
    {
        if (text is null) return null;
        if (ByName.TryGetValue(text.ToLowerInvariant(), out var named)) return named;
        return text is ['#', .. { Length: 6 } hex] && int.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits)
            ? Of((byte)(bits >> 16), (byte)(bits >> 8), (byte)bits) : null;
    }

    /// <summary>Those that much of a picture has.</summary>
    /// <param name="dominant">As <c>inspect</c> tells them: a list of <c>colour</c> and <c>part</c>. Whatever else it is has none.</param>
    public static Colours MuchOf(JsonNode? dominant)
    {
        var parts = new Dictionary<Colours, double>();
        foreach (var one in dominant as JsonArray ?? [])
        {
            if (one is not JsonObject known || known["colour"] is not JsonValue text || known["part"] is not JsonValue share) continue;
            if (text.TryGetValue<string>(out var spelled) && Read(spelled) is { } colour && share.TryGetValue<double>(out var part))
                parts[colour] = parts.GetValueOrDefault(colour) + part;
        }
        return parts.Where(pair => pair.Value >= Much).Aggregate(Colours.None, (all, pair) => all | pair.Key);
    }

    /// <summary>Of an sRGB colour, by its lightness, chroma and hue in Oklab (Ottosson, A perceptual color space for image processing, 2020).</summary>
    public static Colours Of(byte red, byte green, byte blue)
    {
        double r = Linear(red), g = Linear(green), b = Linear(blue);
        var l = Math.Cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
        var m = Math.Cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
        var s = Math.Cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
        var lightness = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s;
        var (towardsRed, towardsYellow) = (1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s);
        return Called(lightness, double.Hypot(towardsRed, towardsYellow), (Math.Atan2(towardsYellow, towardsRed) * 180 / Math.PI + 360) % 360);
    }

    // The bounds put the colours that CSS has names for where those names say.
    static Colours Called(double lightness, double chroma, double hue)
    {
        if (lightness < 0.2) return Colours.Black;
        if (chroma < 0.04 || lightness >= 0.9 && chroma < 0.065) return lightness < 0.32 ? Colours.Black : lightness < 0.9 ? Colours.Grey : Colours.White;
        return hue switch
        {
            < 18 => lightness >= 0.62 ? Colours.Pink : Colours.Red,
            < 37 => lightness >= 0.7 && chroma < 0.19 ? Colours.Pink : chroma >= 0.115 ? Colours.Red : Colours.Brown,
            < 75 => lightness * chroma >= 0.082 ? Colours.Orange : Colours.Brown,
            < 112 => lightness >= 0.7 && chroma >= 0.075 ? Colours.Yellow : hue < 100 ? Colours.Brown : Colours.Green,
            < 190 => Colours.Green,
            < 290 => Colours.Blue,
            < 335 => Colours.Purple,
            _ => lightness >= 0.5 ? Colours.Pink : Colours.Purple,
        };
    }

    static double Linear(byte band) => band <= 10 ? band / 255.0 / 12.92 : Math.Pow((band / 255.0 + 0.055) / 1.055, 2.4);
}
