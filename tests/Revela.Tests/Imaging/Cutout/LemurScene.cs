using Revela.Imaging.Matting;
using Revela.Imaging.Native.Vips;
using Revela.Tests.Imaging.Operations;

namespace Revela.Tests.Imaging.Cutout;

/// <summary>The picture, trimap and true alpha and colours that the authors of the open reference implementation publish, at a scale.</summary>
sealed class LemurScene
{
    readonly byte[] trimap, alpha, foreground;
    readonly int width, height;

    public LemurScene(string folder, double scale)
    {
        using var picture = Load(folder, "lemur.png", scale);
        using var known = Load(folder, "lemur_trimap.png", scale);
        using var truth = Load(folder, "lemur_alpha.png", scale);
        using var colours = Load(folder, "lemur_foreground.png", scale);
        (width, height) = (picture.Width, picture.Height);
        (Pixels, foreground, alpha) = (Bands(picture, 3), Bands(colours, 3), Bands(truth, 1));
        trimap = Array.ConvertAll(Bands(known, 1), v => v >= 0.9 * 255 ? Trimap.Subject : v <= 0.1 * 255 ? Trimap.Background : Trimap.Unknown);
    }

    public byte[] Pixels { get; }

    public (float[] Alpha, byte[] Colours) Matte()
    {
        var colours = new byte[Pixels.Length];
        var found = AlphaMatting.Estimate(Pixels, new Trimap(width, height, trimap), _ => { }, default);
        ForegroundEstimation.Estimate(Pixels, found, width, height, colours, _ => { }, default);
        return (found, colours);
    }

    /// <summary>Euclidean length of the difference to the true alpha.</summary>
    public double Distance(float[] found) => Math.Sqrt(found.Select((a, i) => Math.Pow(a - alpha[i] / 255.0, 2)).Sum());

    /// <summary>Mean difference to the true colours, 0–1, weighed by the true alpha.</summary>
    public double ColourError(byte[] colours) => Error(colours, _ => true);

    /// <summary>The same over partly transparent pixels.</summary>
    public double FringeError(byte[] colours) => Error(colours, a => a is > 5 and < 250);

    double Error(byte[] colours, Func<byte, bool> counts)
    {
        double sum = 0, weights = 0;
        for (var i = 0; i < colours.Length; i++)
        {
            if (!counts(alpha[i / 3])) continue;
            sum += alpha[i / 3] * Math.Abs(colours[i] - foreground[i]) / 255.0;
            weights += alpha[i / 3];
        }
        return sum / weights;
    }

    // Means over areas, as the authors' own tests scale.
    static VipsImage Load(string folder, string name, double scale)
    {
        using var whole = Studio.Open(Path.Combine(folder, name));
        if (scale == 1) return whole.Share();
        using var small = VipsOperation.Call("resize", ("in", whole), ("scale", scale), ("kernel", "linear"));
        return small.ToMemory();
    }

    static byte[] Bands(VipsImage image, int count)
    {
        var pixels = image.Pixels();
        return [.. pixels.Chunk(image.Bands).SelectMany(p => Enumerable.Range(0, count).Select(b => p[Math.Min(b, p.Length - 1)]))];
    }
}
