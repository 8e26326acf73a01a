namespace Revela.Imaging.Ocr;

/// <summary>
/// Tells ink from plate by the neighbourhood's mean and spread (Niblack, "An Introduction to Digital Image Processing", 1986), with a floor
/// under the spread so that plain areas give nothing.
/// </summary>
static class LocalThreshold
{
    // Grey levels; what spreads less has no writing on it.
    const float LeastSpread = 9;

    /// <summary>The runs of ink, dark on light, row by row.</summary>
    /// <param name="radius">Half the side of the neighbourhood; it must be wider than strokes are.</param>
    /// <param name="darker">Share of the spread that ink must be darker than the mean: little finds faint digits whole, much keeps digits apart.</param>
    public static List<Run> Ink(Plane plane, int radius, float darker)
    {
        int width = plane.Width, height = plane.Height;
        var runs = new List<Run>(width * height / 64);
        var sums = new int[width];
        var squares = new int[width];
        for (var y = -radius; y < height; y++)
        {
            if (y + radius < height) AddRow(plane, y + radius, sums, squares, 1);
            if (y - radius - 1 >= 0) AddRow(plane, y - radius - 1, sums, squares, -1);
            if (y >= 0) Mark(plane, y, radius, darker, sums, squares, runs);
        }
        return runs;
    }

    static void AddRow(Plane plane, int y, int[] sums, int[] squares, int sign)
    {
        var row = plane.Pixels.AsSpan(y * plane.Width, plane.Width);
        for (var x = 0; x < row.Length; x++)
        {
            int value = row[x];
            sums[x] += sign * value;
            squares[x] += sign * value * value;
        }
    }

    static void Mark(Plane plane, int y, int radius, float darker, int[] sums, int[] squares, List<Run> runs)
    {
        var row = plane.Pixels.AsSpan(y * plane.Width, plane.Width);
        var rows = Math.Min(y + radius, plane.Height - 1) - Math.Max(y - radius, 0) + 1;
        long sum = 0, square = 0;
        for (var x = 0; x < Math.Min(radius, row.Length); x++) (sum, square) = (sum + sums[x], square + squares[x]);

        var start = -1;
        for (var x = 0; x < row.Length; x++)
        {
            if (x + radius < row.Length) (sum, square) = (sum + sums[x + radius], square + squares[x + radius]);
            if (x - radius - 1 >= 0) (sum, square) = (sum - sums[x - radius - 1], square - squares[x - radius - 1]);
            float count = rows * (Math.Min(x + radius, row.Length - 1) - Math.Max(x - radius, 0) + 1);
            var mean = sum / count;
            var spread = MathF.Sqrt(Math.Max(0, square / count - mean * mean));
            var ink = spread >= LeastSpread && row[x] < mean - darker * spread;
            if (ink && start < 0) start = x;
            if (!ink && start >= 0)
            {
                runs.Add(new Run(y, start, x));
                start = -1;
            }
        }
        if (start >= 0) runs.Add(new Run(y, start, row.Length));
    }
}

/// <summary>Ink in a row, from <paramref name="Left"/> to before <paramref name="Right"/>.</summary>
readonly record struct Run(int Y, int Left, int Right);
