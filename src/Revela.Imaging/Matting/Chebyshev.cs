namespace Revela.Imaging.Matting;

/// <summary>
/// A smoother: a polynomial of the matrix that damps the upper part of its spectrum (Chebyshev). Rows are scaled by the sum of their magnitudes,
/// so that no eigenvalue lies above 1 (Gershgorin); the largest of the plain diagonal's scaling is too easily underrated.
/// </summary>
sealed unsafe class Chebyshev : IDisposable
{
    // Damped is the spectrum from 1 down to this.
    const double Bottom = 1 / 6.0;
    const int Degree = 2;

    readonly Stencil matrix;
    readonly Numbers inverse, change, product;

    public Chebyshev(Stencil matrix)
    {
        this.matrix = matrix;
        var size = matrix.Band.Size;
        (inverse, change, product) = (new Numbers(size), new Numbers(size), new Numbers(size));
        matrix.SumMagnitudes(inverse);
        for (var i = 0; i < size; i++) inverse.At[i] = inverse.At[i] > 1e-14 ? 1 / inverse.At[i] : 0;
    }

    /// <summary>result = result + polynomial × rest; the rest becomes that of the new result, but for the last change.</summary>
    public void Smooth(Numbers rest, Numbers result)
    {
        double middle = (1 + Bottom) / 2, half = (1 - Bottom) / 2, sigma = middle / half, rho = 1 / sigma;
        Vectors.Weigh(change, 0, (1 / middle), inverse, rest);
        Vectors.Add(result, 1, change);
        for (var i = 1; i < Degree; i++)
        {
            matrix.Apply(change, product);
            Vectors.Add(rest, -1, product);
            var next = 1 / (2 * sigma - rho);
            Vectors.Weigh(change, (next * rho), (2 * next / half), inverse, rest);
            Vectors.Add(result, 1, change);
            rho = next;
        }
    }

    /// <summary>rest = rest − matrix × the last change: what <see cref="Smooth"/> left to do.</summary>
    public void Settle(Numbers rest)
    {
        matrix.Apply(change, product);
        Vectors.Add(rest, -1, product);
    }

    /// <summary>rest = right − matrix × guess.</summary>
    public void Residual(Numbers right, Numbers guess, Numbers rest)
    {
        matrix.Apply(guess, product);
        right.Span.CopyTo(rest.Span);
        Vectors.Add(rest, -1, product);
    }

    public void Dispose()
    {
        inverse.Dispose();
        change.Dispose();
        product.Dispose();
    }
}
