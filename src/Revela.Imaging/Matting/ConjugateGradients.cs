namespace Revela.Imaging.Matting;

/// <summary>Conjugate gradients with a preconditioner (Hestenes and Stiefel 1952; in the flexible form of Polak and Ribière, which forgives rounding).</summary>
static class ConjugateGradients
{
    const int MaxRounds = 2000;

    // A residual that does not shrink any more is as small as single precision lets it be.
    const int Patience = 40;

    /// <param name="result">Holds the first guess, becomes the solution.</param>
    /// <param name="tolerance">Length of the residual as a share of that of the right-hand side.</param>
    /// <param name="report">Takes the share of the work that is done, 0–1, as far as the residual tells.</param>
    /// <returns>Rounds that were run.</returns>
    public static int Solve(Stencil matrix, Multigrid preconditioner, Numbers right, Numbers result, double tolerance, Action<double> report, CancellationToken cancel)
    {
        var size = matrix.Band.Size;
        using Numbers rest = new(size), direction = new(size), step = new(size), product = new(size);
        right.Span.CopyTo(rest.Span);
        matrix.Apply(result, product);
        Vectors.Add(rest, -1, product);
        double goal = tolerance * Math.Sqrt(Vectors.Dot(right, right)), start = Math.Sqrt(Vectors.Dot(rest, rest)), best = start, stride = 0, steep = 0;
        for (int round = 0, since = 0; round < MaxRounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            var length = Math.Sqrt(Vectors.Dot(rest, rest));
            report(Math.Clamp(Math.Log(start / length) / Math.Log(start / goal), 0, 1));
            (best, since) = length < 0.98 * best ? (length, 0) : (best, since + 1);
            if (length <= goal || since > Patience) return round;

            preconditioner.Solve(rest, step);
            // product still holds matrix × direction, by which the residual changed.
            var keep = round == 0 ? 0 : -stride * Vectors.Dot(step, product) / steep;
            steep = Vectors.Dot(step, rest);
            Vectors.ScaleAdd(direction, Math.Max(0, keep), step);
            matrix.Apply(direction, product);
            stride = steep / Vectors.Dot(direction, product);
            Vectors.Add(result, stride, direction);
            Vectors.Add(rest, -stride, product);
        }
        return MaxRounds;
    }
}
