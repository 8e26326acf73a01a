using Revela.Imaging.Matting;

namespace Revela.Tests.Imaging.Cutout;

/// <summary>Closed-form matting as the paper writes it: a full matrix, solved by elimination. For pictures of some hundred pixels.</summary>
static class PlainMatting
{
    public static double[] Solve(byte[] pixels, byte[] trimap, int width, int height)
    {
        var laplacian = Laplacian(pixels, trimap, width, height);
        var alpha = Array.ConvertAll(trimap, v => v / 255.0);
        var unknown = Enumerable.Range(0, trimap.Length).Where(i => trimap[i] == Trimap.Unknown && laplacian[i, i] != 0).ToArray();
        var matrix = new double[unknown.Length, unknown.Length + 1];
        for (var a = 0; a < unknown.Length; a++)
        {
            for (var b = 0; b < unknown.Length; b++) matrix[a, b] = laplacian[unknown[a], unknown[b]];
            for (var j = 0; j < trimap.Length; j++)
                if (trimap[j] == Trimap.Subject) matrix[a, unknown.Length] -= laplacian[unknown[a], j];
        }
        var solved = Eliminate(matrix);
        for (var i = 0; i < alpha.Length; i++)
            if (trimap[i] == Trimap.Unknown) alpha[i] = 0;
        for (var a = 0; a < unknown.Length; a++) alpha[unknown[a]] = solved[a];
        return alpha;
    }

    static double[,] Laplacian(byte[] pixels, byte[] trimap, int width, int height)
    {
        var laplacian = new double[trimap.Length, trimap.Length];
        for (var y = 1; y < height - 1; y++)
            for (var x = 1; x < width - 1; x++)
            {
                var window = Enumerable.Range(0, 9).Select(k => (y + k / 3 - 1) * width + x + k % 3 - 1).ToArray();
                if (window.All(i => trimap[i] != Trimap.Unknown)) continue;
                AddWindow(laplacian, pixels, window);
            }
        return laplacian;
    }

    static void AddWindow(double[,] laplacian, byte[] pixels, int[] window)
    {
        var colours = window.Select(i => Enumerable.Range(0, 3).Select(c => pixels[i * 3 + c] / 255.0).ToArray()).ToArray();
        var mean = Enumerable.Range(0, 3).Select(c => colours.Average(p => p[c])).ToArray();
        foreach (var (i, j) in from i in Enumerable.Range(0, 9) from j in Enumerable.Range(0, 9) select (i, j))
        {
            var system = new double[3, 4];
            for (var a = 0; a < 3; a++)
            {
                for (var b = 0; b < 3; b++) system[a, b] = (colours.Sum(p => (p[a] - mean[a]) * (p[b] - mean[b])) + (a == b ? 1e-7 : 0)) / 9;
                system[a, 3] = colours[j][a] - mean[a];
            }
            var solved = Eliminate(system);
            var product = Enumerable.Range(0, 3).Sum(c => (colours[i][c] - mean[c]) * solved[c]);
            laplacian[window[i], window[j]] += (i == j ? 1 : 0) - (1 + product) / 9;
        }
    }

    // Gauss, with the largest pivot first.
    static double[] Eliminate(double[,] m)
    {
        var n = m.GetLength(0);
        for (var i = 0; i < n; i++)
        {
            var pivot = Enumerable.Range(i, n - i).MaxBy(r => Math.Abs(m[r, i]));
            for (var c = 0; c <= n; c++) (m[i, c], m[pivot, c]) = (m[pivot, c], m[i, c]);
            for (var r = i + 1; r < n; r++)
            {
                var factor = m[r, i] / m[i, i];
                for (var c = i; c <= n; c++) m[r, c] -= factor * m[i, c];
            }
        }
        var x = new double[n];
        for (var i = n - 1; i >= 0; i--)
        {
            x[i] = m[i, n];
            for (var c = i + 1; c < n; c++) x[i] -= m[i, c] * x[c];
            x[i] /= m[i, i];
        }
        return x;
    }
}
