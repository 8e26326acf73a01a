namespace Revela.Bench.Digits;

/// <summary>
/// Makes patches as the reader cuts them out of photos: a glyph seen from aside, small, blurred, noisy and cut not quite at its ink.
/// A patch is 20 rows of 16, 0 for plate and 1 for ink; the glyph fills its height and stands in the middle.
/// </summary>
sealed class DigitPatches(IReadOnlyList<DigitGlyphs.Font> fonts, Random random)
{
    public const int Width = 16, Height = 20, Other = 10;

    /// <summary>A patch and what it shows: 0 to 9, or <see cref="Other"/>.</summary>
    public (float[] Patch, int Label) Next()
    {
        var font = fonts[random.Next(fonts.Count)];
        if (random.Next(5) > 0)
        {
            var digit = random.Next(10);
            return (Patch([font.Digits[digit]], 0, 1, 0, 1), digit);
        }
        return (NoDigit(font), Other);
    }

    float[] NoDigit(DigitGlyphs.Font font)
    {
        DigitGlyphs.Glyph Digit() => font.Digits[random.Next(10)];
        // Of these the cut pieces look like no other digit.
        DigitGlyphs.Glyph Cuttable() => font.Digits[((int[])[2, 3, 4, 5, 6, 9])[random.Next(6)]];
        var keep = Uniform(0.3f, 0.55f);
        return random.Next(8) switch
        {
            0 => Patch([Digit(), Digit()], 0, 1, 0, 1),
            1 => Patch([Cuttable()], 0, keep, 0, 1),
            2 => Patch([Cuttable()], 1 - keep, 1, 0, 1),
            3 => Patch([Cuttable()], 0, 1, 0, Uniform(0.3f, 0.6f)),
            4 => Patch([Cuttable()], 0, 1, Uniform(0.4f, 0.7f), 1),
            5 => Texture(),
            _ => font.Others.Length == 0 ? Texture() : Patch([font.Others[random.Next(font.Others.Length)]], 0, 1, 0, 1),
        };
    }

    // Glyphs side by side, of which the part between the cuts is shown.
    float[] Patch(DigitGlyphs.Glyph[] glyphs, float left, float right, float top, float bottom)
    {
        var tall = glyphs[0].Height;
        var wide = glyphs.Sum(g => g.Width) + (glyphs.Length - 1) * tall / 20;
        var height = MathF.Exp(Uniform(MathF.Log(9), MathF.Log(42)));
        var view = new View(wide, tall, height, Uniform(0.75f, 1.25f), Uniform(-0.28f, 0.28f), Uniform(-0.12f, 0.12f), Uniform(-0.12f, 0.12f));
        var seen = Look(glyphs, view, Uniform(0.35f, 0.95f), (left, right, top, bottom));
        return Cut(seen, view.Columns, view.Rows, height);
    }

    /// <summary>From the small picture back into the glyph: stretch, slant, turn and bend.</summary>
    readonly record struct View(int Wide, int Tall, float Height, float Stretch, float Slant, float Turn, float Bend)
    {
        public int Rows => (int)(Height * 1.25f) + 5;
        public int Columns => (int)(Height * Wide / Tall * Stretch * 1.1f + Height * 0.4f) + 5;

        public (float U, float V) Into(float x, float y)
        {
            float dx = x - Columns / 2f, dy = y - Rows / 2f;
            dx -= Slant * dy;
            dy -= Turn * dx + Bend * dx * dx / Height;
            return (dx / (Height * Stretch) * Tall + Wide / 2f, dy / Height * Tall + Tall / 2f);
        }
    }

    float[] Look(DigitGlyphs.Glyph[] glyphs, View view, float blur, (float Left, float Right, float Top, float Bottom) part)
    {
        var seen = new float[view.Rows * view.Columns];
        var noise = Uniform(0, 0.09f);
        for (var y = 0; y < view.Rows; y++)
            for (var x = 0; x < view.Columns; x++)
            {
                float ink = 0;
                foreach (var (dx, dy) in Samples)
                {
                    var (u, v) = view.Into(x + 0.5f + blur * dx, y + 0.5f + blur * dy);
                    if (u >= part.Left * view.Wide && u < part.Right * view.Wide && v >= part.Top * view.Tall && v < part.Bottom * view.Tall) ink += Ink(glyphs, u, v, view.Tall);
                }
                seen[y * view.Columns + x] = ink / Samples.Length + noise * Spread();
            }
        return seen;
    }

    // Of a pixel, in pixels: a rosette, so that blur is round.
    static readonly (float X, float Y)[] Samples = [(0, 0), (1, 0.3f), (-0.3f, 1), (-1, -0.3f), (0.3f, -1)];

    static float Ink(DigitGlyphs.Glyph[] glyphs, float u, float v, int tall)
    {
        foreach (var glyph in glyphs)
        {
            if (u < glyph.Width) return u >= 0 && v >= 0 && v < glyph.Height ? glyph.Ink[(int)v * glyph.Width + (int)u] / 255f : 0;
            u -= glyph.Width + tall / 20;
        }
        return 0;
    }

    // Around the ink as a threshold would find it, some of it missed or some plate taken along.
    float[] Cut(float[] seen, int columns, int rows, float height)
    {
        var threshold = Uniform(0.35f, 0.6f);
        var (left, top, right, bottom) = (columns, rows, -1, -1);
        for (var y = 0; y < rows; y++)
            for (var x = 0; x < columns; x++)
                if (seen[y * columns + x] > threshold) (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x + 1), Math.Max(bottom, y + 1));
        if (right < 0) return new float[Width * Height];
        var jitter = 0.04f * height;
        float l = left + jitter * Spread(), t = top + jitter * Spread(), r = right + jitter * Spread(), b = bottom + jitter * Spread();
        var contrast = Uniform(0.85f, 1.15f);
        var gamma = Uniform(0.7f, 1.4f);
        return Fit((x, y) => MathF.Pow(Math.Clamp(contrast * Sample(seen, columns, rows, x, y), 0, 1), gamma), l, t, r, b);
    }

    /// <summary>The same as the reader does.</summary>
    static float[] Fit(Func<float, float, float> ink, float left, float top, float right, float bottom)
    {
        var patch = new float[Width * Height];
        var scale = (bottom - top) / Height;
        var wide = Math.Min(Width, (right - left) / scale);
        var across = (right - left) / wide;
        var first = (Width - wide) / 2;
        for (var row = 0; row < Height; row++)
            for (var column = 0; column < Width; column++)
                if (column + 0.5f >= first && column + 0.5f < first + wide)
                    patch[row * Width + column] = ink(left + (column + 0.5f - first) * across - 0.5f, top + (row + 0.5f) * scale - 0.5f);
        return patch;
    }

    static float Sample(float[] seen, int columns, int rows, float x, float y)
    {
        x = Math.Clamp(x, 0, columns - 1);
        y = Math.Clamp(y, 0, rows - 1);
        int x0 = (int)x, y0 = (int)y, x1 = Math.Min(x0 + 1, columns - 1), y1 = Math.Min(y0 + 1, rows - 1);
        float fx = x - x0, fy = y - y0;
        return (seen[y0 * columns + x0] * (1 - fx) + seen[y0 * columns + x1] * fx) * (1 - fy) + (seen[y1 * columns + x0] * (1 - fx) + seen[y1 * columns + x1] * fx) * fy;
    }

    // Soft noise under a threshold, as leaves, faces and shirts give it.
    float[] Texture()
    {
        var waves = Enumerable.Range(0, random.Next(2, 6)).Select(_ => (X: Uniform(-0.9f, 0.9f), Y: Uniform(-0.9f, 0.9f), Phase: Uniform(0, 6))).ToArray();
        var (offset, sharpness) = (Uniform(-0.3f, 0.6f), Uniform(1, 5));
        var across = Uniform(5, Width);
        return Fit((x, y) => Math.Clamp(0.5f + sharpness * (offset + waves.Sum(w => MathF.Sin(w.X * x + w.Y * y + w.Phase)) / waves.Length), 0, 1), 0, 0, across, Height);
    }

    float Uniform(float from, float to) => from + (to - from) * (float)random.NextDouble();

    // Bell-shaped, of variance 1/2.
    float Spread() => (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2) * 1.22f;
}
