namespace Revela.Imaging.Cutout.Classic;

/// <summary>Solves small symmetric systems.</summary>
static class Cholesky
{
    /// <summary>Overwrites both; pivots that are nearly nothing are held up.</summary>
    public static double[] Solve(double[,] left, double[] right)
    {
        var n = right.Length;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = left[i, j];
                for (var k = 0; k < j; k++) sum -= left[i, k] * left[j, k];
                left[i, j] = i == j ? Math.Sqrt(Math.Max(sum, 1e-12)) : sum / left[j, j];
            }
            for (var k = 0; k < i; k++) right[i] -= left[i, k] * right[k];
            right[i] /= left[i, i];
        }
        for (var i = n - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < n; k++) right[i] -= left[k, i] * right[k];
            right[i] /= left[i, i];
        }
        return right;
    }
}
