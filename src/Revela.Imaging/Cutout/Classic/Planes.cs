namespace Revela.Imaging.Cutout.Classic;

/// <summary>A picture as three planes of numbers, 0–255, rows from the top; usually smaller than the one it was made from.</summary>
sealed class Planes
{
    public Planes(int width, int height) =>
        (Width, Height, Red, Green, Blue) = (width, height, new float[width * height], new float[width * height], new float[width * height]);

    public int Width { get; }
    public int Height { get; }
    public float[] Red { get; }
    public float[] Green { get; }
    public float[] Blue { get; }
    public int Count => Red.Length;

    public float[] this[int channel] => channel switch { 0 => Red, 1 => Green, _ => Blue };

    /// <summary>Means over equal areas, so that the longer side is at most <paramref name="side"/>; never larger than the picture.</summary>
    public static Planes Of(RgbPicture picture, int side)
    {
        var scale = Math.Min(1, (double)side / Math.Max(picture.Width, picture.Height));
        var small = new Planes(Math.Max(1, (int)Math.Round(picture.Width * scale)), Math.Max(1, (int)Math.Round(picture.Height * scale)));
        Parallel.For(0, small.Height, y => small.FillRow(picture, y));
        return small;
    }

    void FillRow(RgbPicture picture, int y)
    {
        int top = Edge(y, Height, picture.Height), bottom = Edge(y + 1, Height, picture.Height);
        var sums = new int[Width * 3];
        for (var from = top; from < bottom; from++)
        {
            var row = picture.Row(from);
            for (var x = 0; x < Width; x++)
                for (int at = Edge(x, Width, picture.Width) * 3, end = Edge(x + 1, Width, picture.Width) * 3; at < end; at += 3)
                {
                    sums[x * 3] += row[at];
                    sums[x * 3 + 1] += row[at + 1];
                    sums[x * 3 + 2] += row[at + 2];
                }
        }
        for (var x = 0; x < Width; x++)
        {
            var area = (float)((bottom - top) * (Edge(x + 1, Width, picture.Width) - Edge(x, Width, picture.Width)));
            var at = y * Width + x;
            (Red[at], Green[at], Blue[at]) = (sums[x * 3] / area, sums[x * 3 + 1] / area, sums[x * 3 + 2] / area);
        }
    }

    // Where a small pixel begins in the large picture.
    static int Edge(int small, int smalls, int larges) => (int)((long)small * larges / smalls);
}
