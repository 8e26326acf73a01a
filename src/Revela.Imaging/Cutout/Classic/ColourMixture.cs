namespace Revela.Imaging.Cutout.Classic;

/// <summary>How likely colours are in a region: a mixture of normal distributions with full covariance, fitted by hard assignment (as in GrabCut).</summary>
sealed class ColourMixture
{
    const int Parts = 5;
    const int SplitRounds = 6;

    // Keeps flat regions from becoming infinitely sure; in squared levels.
    const double Blur = 12;

    readonly double[] logWeight = new double[Parts];
    readonly double[][] mean = new double[Parts][];
    readonly double[][] inverse = new double[Parts][];

    /// <summary>Starts from the pixels themselves, spread over the mixture by nearest centres.</summary>
    public static ColourMixture Of(Planes planes, IReadOnlyList<int> pixels)
    {
        var mixture = new ColourMixture();
        var part = Spread(planes, pixels);
        mixture.Fit(planes, pixels, part);
        return mixture;
    }

    /// <summary>Assigns each pixel to its likeliest part and fits anew.</summary>
    public void Refit(Planes planes, IReadOnlyList<int> pixels)
    {
        var part = new int[pixels.Count];
        for (var i = 0; i < part.Length; i++)
            part[i] = Enumerable.Range(0, Parts).MaxBy(k => LogDensity(k, planes.Red[pixels[i]], planes.Green[pixels[i]], planes.Blue[pixels[i]]));
        Fit(planes, pixels, part);
    }

    /// <summary>Logarithm of the density at a colour.</summary>
    public double LogDensity(float red, float green, float blue)
    {
        Span<double> parts = stackalloc double[Parts];
        var best = double.NegativeInfinity;
        for (var k = 0; k < Parts; k++) best = Math.Max(best, parts[k] = LogDensity(k, red, green, blue));
        var sum = 0.0;
        foreach (var part in parts) sum += Math.Exp(part - best);
        return best + Math.Log(sum);
    }

    double LogDensity(int k, float red, float green, float blue)
    {
        if (double.IsNegativeInfinity(logWeight[k])) return -1e9;
        double r = red - mean[k][0], g = green - mean[k][1], b = blue - mean[k][2];
        var m = inverse[k];
        return logWeight[k] - 0.5 * (r * (m[0] * r + 2 * m[1] * g + 2 * m[2] * b) + g * (m[3] * g + 2 * m[4] * b) + m[5] * b * b);
    }

    // Lloyd's rounds from centres as far from one another as can be.
    static int[] Spread(Planes planes, IReadOnlyList<int> pixels)
    {
        var centres = Far(planes, pixels);
        var part = new int[pixels.Count];
        for (var round = 0; round < SplitRounds; round++)
        {
            var sums = new double[Parts, 4];
            for (var i = 0; i < part.Length; i++)
            {
                var at = pixels[i];
                part[i] = Enumerable.Range(0, Parts).MinBy(k => Distance(planes, at, centres[k]));
                sums[part[i], 0] += planes.Red[at];
                sums[part[i], 1] += planes.Green[at];
                sums[part[i], 2] += planes.Blue[at];
                sums[part[i], 3]++;
            }
            for (var k = 0; k < Parts; k++)
                if (sums[k, 3] > 0) centres[k] = [sums[k, 0] / sums[k, 3], sums[k, 1] / sums[k, 3], sums[k, 2] / sums[k, 3]];
        }
        return part;
    }

    static double[][] Far(Planes planes, IReadOnlyList<int> pixels)
    {
        var centres = new double[Parts][];
        centres[0] = [pixels.Average(at => planes.Red[at]), pixels.Average(at => planes.Green[at]), pixels.Average(at => planes.Blue[at])];
        var nearest = pixels.Select(at => Distance(planes, at, centres[0])).ToArray();
        for (var k = 1; k < Parts; k++)
        {
            var far = pixels[Array.IndexOf(nearest, nearest.Max())];
            centres[k] = [planes.Red[far], planes.Green[far], planes.Blue[far]];
            for (var i = 0; i < nearest.Length; i++) nearest[i] = Math.Min(nearest[i], Distance(planes, pixels[i], centres[k]));
        }
        return centres;
    }

    static double Distance(Planes planes, int at, double[] centre)
    {
        double r = planes.Red[at] - centre[0], g = planes.Green[at] - centre[1], b = planes.Blue[at] - centre[2];
        return r * r + g * g + b * b;
    }

    void Fit(Planes planes, IReadOnlyList<int> pixels, int[] part)
    {
        for (var k = 0; k < Parts; k++) FitPart(k, planes, [.. pixels.Where((_, i) => part[i] == k)], pixels.Count);
    }

    void FitPart(int k, Planes planes, int[] own, int all)
    {
        logWeight[k] = double.NegativeInfinity;
        if (own.Length < 4) return;
        var m = mean[k] = [own.Average(at => planes.Red[at]), own.Average(at => planes.Green[at]), own.Average(at => planes.Blue[at])];
        double rr = Blur, rg = 0, rb = 0, gg = Blur, gb = 0, bb = Blur;
        foreach (var at in own)
        {
            double r = planes.Red[at] - m[0], g = planes.Green[at] - m[1], b = planes.Blue[at] - m[2];
            (rr, rg, rb, gg, gb, bb) = (rr + r * r / own.Length, rg + r * g / own.Length, rb + r * b / own.Length, gg + g * g / own.Length, gb + g * b / own.Length, bb + b * b / own.Length);
        }
        var (crr, crg, crb) = (gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg);
        var determinant = rr * crr + rg * crg + rb * crb;
        inverse[k] = [crr / determinant, crg / determinant, crb / determinant, (rr * bb - rb * rb) / determinant, (rg * rb - rr * gb) / determinant, (rr * gg - rg * rg) / determinant];
        logWeight[k] = Math.Log((double)own.Length / all) - 0.5 * Math.Log(determinant);
    }
}
