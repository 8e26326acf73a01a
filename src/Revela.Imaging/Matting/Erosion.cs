namespace Revela.Imaging.Matting;

/// <summary>Erosion of a set of pixels, as SciPy's <c>binary_erosion</c> does it.</summary>
static class Erosion
{
    /// <param name="size">Side of the square; one of even size reaches one pixel further to the left and up. 0 for a cross of three.</param>
    /// <param name="beyond">Whether pixels beyond the picture belong to the set.</param>
    public static bool[] Erode(bool[] set, int width, int height, int size, bool beyond)
    {
        if (size == 0) return Cross(set, width, height, beyond);
        int before = size / 2, after = size - 1 - before;
        var rows = new bool[set.Length];
        for (var y = 0; y < height; y++) Sweep(set, rows, y * width, 1, width, before, after, beyond);
        var eroded = new bool[set.Length];
        for (var x = 0; x < width; x++) Sweep(rows, eroded, x, width, height, before, after, beyond);
        return eroded;
    }

    // A pixel stays when no pixel outside the set is within reach; counted by a sliding window.
    static void Sweep(bool[] from, bool[] to, int start, int step, int count, int before, int after, bool beyond)
    {
        var outside = 0;
        int Out(int at) => at < 0 || at >= count ? beyond ? 0 : 1 : from[start + at * step] ? 0 : 1;
        for (var at = -before; at < after; at++) outside += Out(at);
        for (var at = 0; at < count; at++)
        {
            outside += Out(at + after);
            to[start + at * step] = outside == 0;
            outside -= Out(at - before);
        }
    }

    static bool[] Cross(bool[] set, int width, int height, bool beyond)
    {
        var eroded = new bool[set.Length];
        bool In(int x, int y) => x < 0 || y < 0 || x >= width || y >= height ? beyond : set[y * width + x];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                eroded[y * width + x] = In(x, y) && In(x - 1, y) && In(x + 1, y) && In(x, y - 1) && In(x, y + 1);
        return eroded;
    }
}
