namespace Revela.Imaging.Matting;

/// <summary>
/// Closed-form matting (Levin, Lischinski and Weiss, PAMI 2008) on the unknown band alone: known pixels keep what the trimap says, and
/// L_UU α_U = −L_UK α_K is solved by conjugate gradients with a multigrid preconditioner. Memory grows with the band, not with the picture.
/// </summary>
public static unsafe class AlphaMatting
{
    /// <summary>Length of the residual that is left, as a share of that of the right-hand side.</summary>
    public const double Tolerance = 2e-5;

    /// <summary>Bytes held at the peak for each pixel that the band stores: its unknown ones, and the seam around them.</summary>
    public const int BytesPerStoredPixel = 8 * (4 * (Stencil.PlaneCount + 10) / 3);

    /// <param name="pixels">sRGB, 3 bytes a pixel, as large as the trimap.</param>
    /// <param name="report">Takes the share that is done, 0–1.</param>
    /// <returns>Alpha of each pixel, 0–1.</returns>
    public static float[] Estimate(ReadOnlySpan<byte> pixels, Trimap trimap, Action<double> report, CancellationToken cancel, double tolerance = Tolerance)
    {
        var alpha = Array.ConvertAll(trimap.Values, value => value / 255f);
        var band = new Band(trimap.UnknownRows());
        // Without a whole window nothing ties an unknown pixel to a known one.
        if (band.Count == 0 || trimap.Width < 3 || trimap.Height < 3) return alpha;

        using Numbers right = new(band.Size), solution = new(band.Size);
        using var matrix = Assemble(pixels, trimap, band, right, cancel);
        report(0.15);
        using var preconditioner = new Multigrid(matrix, cancel);
        report(0.25);
        ConjugateGradients.Solve(matrix, preconditioner, right, solution, tolerance, done => report(0.25 + 0.75 * done), cancel);
        foreach (var run in band.Runs)
            for (var x = 0; x < run.Length; x++)
                alpha[run.Y * trimap.Width + run.X + x] = (float)Math.Clamp(solution.At[run.Here + x], 0, 1);
        return alpha;
    }

    static Stencil Assemble(ReadOnlySpan<byte> pixels, Trimap trimap, Band band, Numbers right, CancellationToken cancel)
    {
        using var subject = new Numbers(band.Size);
        for (var y = 0; y < band.Height; y++) MarkSubject(trimap, band, y, subject);
        fixed (byte* first = pixels) return MattingLaplacian.Assemble(first, trimap.Width, trimap.Height, band, subject, right, cancel);
    }

    // Couplings reach two pixels, so that more than what is stored around the row's own band need not be known.
    static void MarkSubject(Trimap trimap, Band band, int y, Numbers subject)
    {
        foreach (var (first, end, place) in band.Stored(y))
            for (var x = Math.Max(0, first); x < Math.Min(trimap.Width, end); x++)
                if (trimap.Values[y * trimap.Width + x] == Trimap.Subject) subject.At[place + x - first] = 1;
    }
}
