using Revela.Imaging.Native.Vips;
using Revela.Tests.Imaging.Operations;

namespace Revela.Tests.Imaging.Ocr;

/// <summary>A flat thing with writing on it: a bib, a banner, a shirt.</summary>
sealed class Sheet
{
    readonly float[] pixels;

    public Sheet(int width, int height, float[] colour)
    {
        (Width, Height) = (width, height);
        pixels = new float[width * height * 3];
        Fill(0, 0, width, height, colour);
    }

    public int Width { get; }
    public int Height { get; }

    public void Fill(int left, int top, int width, int height, float[] colour)
    {
        for (var y = Math.Max(0, top); y < Math.Min(Height, top + height); y++)
            for (var x = Math.Max(0, left); x < Math.Min(Width, left + width); x++)
                for (var band = 0; band < 3; band++) pixels[(y * Width + x) * 3 + band] = colour[band];
    }

    /// <summary>Writes in one line around a point.</summary>
    /// <param name="height">Of the ink, in pixels.</param>
    /// <param name="room">The line becomes lower where it would be wider than this.</param>
    /// <returns>The rectangle that the ink fills.</returns>
    public (int Left, int Top, int Width, int Height) Write(string text, string font, int x, int y, int height, int room, float[] colour, float stretch = 1)
    {
        var ink = Fonts.Ink(text, font);
        var scale = Math.Min(height / (float)ink.Height, room / (ink.Width * stretch));
        int width = (int)(ink.Width * scale * stretch), tall = (int)(ink.Height * scale);
        int left = x - width / 2, top = y - tall / 2;
        for (var v = 0; v < tall; v++)
            for (var u = 0; u < width; u++)
            {
                if (left + u < 0 || left + u >= Width || top + v < 0 || top + v >= Height) continue;
                var share = ink.At((u + 0.5f) / (scale * stretch), (v + 0.5f) / scale);
                for (var band = 0; band < 3; band++)
                {
                    ref var pixel = ref pixels[((top + v) * Width + left + u) * 3 + band];
                    pixel += (colour[band] - pixel) * share;
                }
            }
        return (left, top, width, tall);
    }

    public VipsImage ToImage() => Pictures.As([.. pixels.Select(p => (byte)Math.Clamp(p, 0, 255))], Width, Height, 3);

    /// <summary>False outside.</summary>
    public bool TryRead(float u, float v, Span<float> colour)
    {
        if (!(u >= 0 && v >= 0 && u < Width && v < Height)) return false;
        pixels.AsSpan(((int)v * Width + (int)u) * 3, 3).CopyTo(colour);
        return true;
    }
}

/// <summary>Writing as libvips sets it, cut to its ink.</summary>
static class Fonts
{
    /// <summary>Those that are not installed become the system's default.</summary>
    static readonly string[] Names =
    [
        "DejaVu Sans Bold", "DejaVu Sans Condensed Bold", "DejaVu Sans", "DejaVu Serif Bold", "DejaVu Sans Mono Bold",
        "Liberation Sans Bold", "Liberation Sans Narrow Bold", "Liberation Sans", "Liberation Serif Bold", "Liberation Mono Bold", "Bebas Neue",
    ];

    static readonly Dictionary<(string, string), Glyphs> Set = [];

    public static string Any(Random random) => Names[random.Next(Names.Length)];

    public static Glyphs Ink(string text, string font)
    {
        lock (Set)
        {
            if (Set.TryGetValue((text, font), out var known)) return known;
            using var image = VipsOperation.Call("text", ("text", System.Net.WebUtility.HtmlEncode(text)), ("font", font + " 100"), ("dpi", 144));
            return Set[(text, font)] = new Glyphs(image.Width, image.Height, image.Pixels());
        }
    }
}

/// <summary>How much of each pixel is ink, 0–255.</summary>
sealed record Glyphs(int Width, int Height, byte[] Pixels)
{
    public float At(float x, float y) => Pixels[Math.Clamp((int)y, 0, Height - 1) * Width + Math.Clamp((int)x, 0, Width - 1)] / 255f;
}
