namespace Revela.Tests.Imaging.Onnx;

/// <summary>Plain computations of what networks compute, in double precision and without any cleverness.</summary>
static class Numbers
{
    /// <summary>From −1 to 1, always the same for a seed.</summary>
    public static float[] Some(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 2 - 1))];
    }

    /// <summary>Small enough that sums stay near 1.</summary>
    public static float[,,,] Weights(int outs, int ins, int rows, int columns, int seed)
    {
        var weights = new float[outs, ins, rows, columns];
        var some = Some(weights.Length, seed);
        Buffer.BlockCopy(some, 0, weights, 0, some.Length * sizeof(float));
        var scale = 1f / (ins * rows * columns) * 2;
        foreach (var (o, i, y, x) in from o in Enumerable.Range(0, outs) from i in Enumerable.Range(0, ins) from y in Enumerable.Range(0, rows) from x in Enumerable.Range(0, columns) select (o, i, y, x))
            weights[o, i, y, x] *= scale;
        return weights;
    }

    /// <summary>Planes of the same size; what lies outside counts as 0.</summary>
    public static double[] Convolve(IReadOnlyList<float> planes, int ins, int height, int width, float[,,,] weights, float[]? bias = null)
    {
        var (outs, rows, columns) = (weights.GetLength(0), weights.GetLength(2), weights.GetLength(3));
        var result = new double[outs * height * width];
        for (var o = 0; o < outs; o++)
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                {
                    double sum = bias?[o] ?? 0;
                    for (var i = 0; i < ins; i++)
                        for (var dy = 0; dy < rows; dy++)
                            for (var dx = 0; dx < columns; dx++)
                            {
                                var (sy, sx) = (y + dy - rows / 2, x + dx - columns / 2);
                                if (sy >= 0 && sy < height && sx >= 0 && sx < width) sum += weights[o, i, dy, dx] * planes[(i * height + sy) * width + sx];
                            }
                    result[(o * height + y) * width + x] = sum;
                }
        return result;
    }
}
