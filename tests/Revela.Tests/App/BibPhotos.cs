namespace Revela.Tests.App;

/// <summary>Small photos of a bib whose number can be read: the same number and seed give the same bytes, and no two share theirs.</summary>
static class BibPhotos
{
    const int Width = 480, Height = 320, Scale = 3, GlyphWidth = 16, GlyphHeight = 19, Gap = 1;

    // The digits 0 to 9 side by side, as a bold typeface has them.
    const string Digits = """
        .....######...........####...........######..........######.............#####.....############........#####......#############.......######..........#####......
        ...#########........######.........##########......##########...........#####.....############......#########....#############.....##########......#########....
        ...##########......#######........###########.....############.........######.....############.....##########....#############....############....###########...
        ..####...####.....########........####...#####...#####...#####........#######.....####............#####...####............####....####....####...#####...#####..
        ..####....####....##...###.......####.....####...####.....####........#######.....###.............####....................###....####.....####...####.....####..
        .####.....####....#....###................####............####.......###.####.....###.............###....................####....####.....####...####.....####..
        .####.....####.........###................####...........####.......###..####.....###.#####......####..####..............###......####....####...####.....####..
        .####......###.........###...............#####........######........###..####.....###########....############...........####.......##########....####.....####..
        .####......###.........###..............#####.........#####........###...####.....############...#############.........####.........#######......#####...#####..
        .####......###.........###.............#####..........#######.....###....####....#####...#####...#####...#####.........###.........##########.....#############.
        .####......###.........###............#####..............#####....###....####.............#####..####.....####........####........####....####.....###########..
        .####.....####.........###...........#####................####...###.....####..............####..####......###........####.......####.....####......#####..###..
        .####.....####.........###..........#####..................####.###############............####..####......####......####........####......####............###..
        ..###.....####.........###.........#####.........####......####.###############............####..####......###.......####........####......####...........####..
        ..####....####.........###........####...........####.....####..###############..####.....####....####....####.......####........####......####...###.....####..
        ..####...####..........###.......#####...........#####...#####...........####....#####...#####....#####..#####......####.........#####....####....####...####...
        ...##########.....#############..#############....############...........####.....###########......##########.......####..........############....###########...
        ....########......#############..#############.....##########............####......#########........#########.......####...........##########......#########....
        .....#####........#############..#############.......######..............####........######..........######.........####.............######.........######......
        """;

    static readonly string[] Rows = Digits.Split('\n', StringSplitOptions.TrimEntries);

    /// <param name="number">One to eight digits.</param>
    /// <param name="seed">Changes the bytes and not what is read.</param>
    public static byte[] Of(string number, int seed = 0)
    {
        var random = new Random(HashCode(number, seed));
        var pixels = new byte[Width * Height * 3];
        for (var y = 0; y < Height; y++)
            for (var x = 0; x < Width; x++) Colour(pixels, x, y, random.Next(-2, 3) + Street(x, y));
        var inkWidth = (number.Length * (GlyphWidth + Gap) - Gap) * Scale;
        Plate(pixels, inkWidth + 60, GlyphHeight * Scale + 60, random);
        for (var i = 0; i < number.Length; i++)
            Digit(pixels, number[i] - '0', (Width - inkWidth) / 2 + i * (GlyphWidth + Gap) * Scale, (Height - GlyphHeight * Scale) / 2);
        return Pictures.Png(Width, Height, pixels.AsSpan());
    }

    static int Street(int x, int y) => 90 + 40 * y / Height + (x / 60 % 2 == 0 ? 8 : 0);

    static void Plate(byte[] pixels, int width, int height, Random random)
    {
        for (var y = (Height - height) / 2; y < (Height + height) / 2; y++)
            for (var x = (Width - width) / 2; x < (Width + width) / 2; x++) Colour(pixels, x, y, 240 + random.Next(-2, 3));
    }

    static void Digit(byte[] pixels, int digit, int left, int top)
    {
        for (var y = 0; y < GlyphHeight * Scale; y++)
            for (var x = 0; x < GlyphWidth * Scale; x++)
            {
                var ink = Ink(digit, (x + 0.5) / Scale - 0.5, (y + 0.5) / Scale - 0.5);
                if (ink > 0) Colour(pixels, left + x, top + y, (int)(240 - 215 * ink));
            }
    }

    // Between the four nearest cells, so that edges are as soft as a lens leaves them.
    static double Ink(int digit, double x, double y)
    {
        var (left, top) = ((int)Math.Floor(x), (int)Math.Floor(y));
        var (across, down) = (x - left, y - top);
        return (Cell(digit, left, top) * (1 - across) + Cell(digit, left + 1, top) * across) * (1 - down)
            + (Cell(digit, left, top + 1) * (1 - across) + Cell(digit, left + 1, top + 1) * across) * down;
    }

    static int Cell(int digit, int x, int y) =>
        x is >= 0 and < GlyphWidth && y is >= 0 and < GlyphHeight && Rows[y][digit * GlyphWidth + x] == '#' ? 1 : 0;

    static void Colour(byte[] pixels, int x, int y, int grey)
    {
        var at = (y * Width + x) * 3;
        pixels[at] = pixels[at + 1] = (byte)grey;
        pixels[at + 2] = (byte)Math.Min(255, grey + 6);
    }

    static int HashCode(string number, int seed) => number.Aggregate(seed + 1, (hash, digit) => unchecked(hash * 31 + digit));
}
