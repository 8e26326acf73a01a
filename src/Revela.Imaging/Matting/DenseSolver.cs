namespace Revela.Imaging.Matting;

/// <summary>Solves the matrix of a small band directly, by Cholesky's factors in double precision.</summary>
sealed unsafe class DenseSolver
{
    readonly int[] places;
    readonly double[,] factor;
    readonly double[] values;

    public DenseSolver(Stencil matrix)
    {
        var band = matrix.Band;
        places = [.. band.Runs.SelectMany(run => Enumerable.Range(run.Here, run.Length))];
        var index = places.Index().ToDictionary(place => place.Item, place => place.Index);
        factor = new double[places.Length, places.Length];
        values = new double[places.Length];
        foreach (var run in band.Runs)
            for (var plane = 0; plane < Stencil.PlaneCount; plane++)
            {
                var (down, right) = Stencil.Distances[plane];
                var other = (down switch { 0 => run.Here, 1 => run.Down, _ => run.DownDown }) + right;
                for (var x = 0; x < run.Length; x++)
                    if (index.TryGetValue(other + x, out var j)) factor[j, index[run.Here + x]] = matrix.Plane(plane)[run.Here + x];
            }
        Factorise();
    }

    public void Solve(Numbers right, Numbers result)
    {
        var n = places.Length;
        for (var i = 0; i < n; i++)
        {
            var sum = (double)right.At[places[i]];
            for (var k = 0; k < i; k++) sum -= factor[i, k] * values[k];
            values[i] = sum / factor[i, i];
        }
        for (var i = n - 1; i >= 0; i--)
        {
            var sum = values[i];
            for (var k = i + 1; k < n; k++) sum -= factor[k, i] * values[k];
            values[i] = sum / factor[i, i];
            result.At[places[i]] = values[i];
        }
    }

    // A pivot that rounding made nothing is held up, so that its unknown changes little.
    void Factorise()
    {
        var n = places.Length;
        for (var j = 0; j < n; j++)
        {
            var pivot = factor[j, j];
            var whole = pivot;
            for (var k = 0; k < j; k++) pivot -= factor[j, k] * factor[j, k];
            pivot = Math.Sqrt(Math.Max(pivot, Math.Max(1e-6 * Math.Abs(whole), 1e-12)));
            factor[j, j] = pivot;
            for (var i = j + 1; i < n; i++)
            {
                var sum = factor[i, j];
                for (var k = 0; k < j; k++) sum -= factor[i, k] * factor[j, k];
                factor[i, j] = sum / pivot;
            }
        }
    }
}
