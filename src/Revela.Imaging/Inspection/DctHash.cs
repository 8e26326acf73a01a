using Revela.Core.Assets;

namespace Revela.Imaging.Inspection;

/// <summary>
/// The perceptual hash by the discrete cosine transform: which of the 64 lowest frequencies of the brightness, at 32 × 32, lie above their median
/// (Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010, section 3.2.1). The mean brightness is not among them.
/// </summary>
static class DctHash
{
    const int Side = 32, Kept = 8;

    // Far below what a step of brightness adds, far above what sums of doubles lose: so nothing is read into an even picture.
    const int Digits = 3;

    static readonly double[,] Waves = MakeWaves();

    public static PerceptualHash Of(Overview picture)
    {
        var strengths = Strengths(picture.Averaged(picture.Luma(), Side, Side));
        var ordered = strengths.Order().ToArray();
        var median = (ordered[Kept * Kept / 2 - 1] + ordered[Kept * Kept / 2]) / 2;
        var bits = 0UL;
        foreach (var strength in strengths) bits = bits << 1 | (strength > median ? 1UL : 0);
        return new PerceptualHash(bits);
    }

    // Of frequencies 1–8 in each direction, row by row.
    static double[] Strengths(float[] luma)
    {
        var across = new double[Side, Kept];
        for (var y = 0; y < Side; y++)
            for (var u = 0; u < Kept; u++)
                for (var x = 0; x < Side; x++) across[y, u] += luma[y * Side + x] * Waves[u, x];
        var strengths = new double[Kept * Kept];
        for (var v = 0; v < Kept; v++)
            for (var u = 0; u < Kept; u++)
            {
                var sum = 0.0;
                for (var y = 0; y < Side; y++) sum += across[y, u] * Waves[v, y];
                strengths[v * Kept + u] = Math.Round(sum, Digits);
            }
        return strengths;
    }

    static double[,] MakeWaves()
    {
        var waves = new double[Kept, Side];
        for (var k = 0; k < Kept; k++)
            for (var x = 0; x < Side; x++) waves[k, x] = Math.Cos((2 * x + 1) * (k + 1) * Math.PI / (2 * Side));
        return waves;
    }
}
