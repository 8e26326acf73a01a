using Revela.Imaging.Cutout.Classic;

namespace Revela.Imaging.Cutout;

/// <summary>The shadow that a subject keeps or gets: how much of the light under each pixel is gone, 0–1.</summary>
static class Shadows
{
    // Shadows are soft: they are looked for, or made, at this size.
    const int Side = 512;

    // Of the made one: how dark, how far down and how wide, the latter as shares of the longer side.
    const float Darkness = 0.4f;
    const double Drop = 0.015, Softness = 0.018;

    /// <summary>
    /// The picture's own: where the backdrop is darker than its surface but has its colour. Null where the backdrop is no smooth surface.
    /// </summary>
    public static float[]? Own(RgbPicture picture, float[] alpha)
    {
        var planes = Planes.Of(picture, Side);
        var subject = SmallPicture.Mean(alpha, picture.Width, picture.Height, planes.Width, planes.Height);
        var open = Enumerable.Range(0, planes.Count).Where(i => subject[i] < 0.02f).ToArray();
        if (open.Length < planes.Count / 20) return null;
        var backdrop = Backdrop.FitPixels(planes, open, degree: 3);
        if (backdrop.Explained < 0.5 || backdrop.Noise > 14) return null;

        var shade = new float[planes.Count];
        foreach (var i in open) shade[i] = ShadeOf(planes, i, backdrop);
        var weights = Array.ConvertAll(subject, a => a < 0.02f ? 1f : 0f);
        return SmallPicture.Enlarge(Smooth(shade, weights, planes.Width, planes.Height, 1.5), planes.Width, planes.Height, picture.Width, picture.Height);
    }

    /// <summary>A made one: the subject's outline, blurred, a little below it.</summary>
    public static float[] Made(float[] alpha, int width, int height)
    {
        var scale = Math.Min(1, (double)Side / Math.Max(width, height));
        int w = Math.Max(1, (int)(width * scale)), h = Math.Max(1, (int)(height * scale)), drop = (int)Math.Round(Drop * Math.Max(w, h));
        var small = SmallPicture.Mean(alpha, width, height, w, h);
        var fallen = new float[small.Length];
        for (var i = drop * w; i < fallen.Length; i++) fallen[i] = Darkness * small[i - drop * w];
        var weights = Enumerable.Repeat(1f, small.Length).ToArray();
        return SmallPicture.Enlarge(Smooth(fallen, weights, w, h, Softness * Math.Max(w, h)), w, h, width, height);
    }

    // What noise alone could darken counts for nothing.
    static float ShadeOf(Planes planes, int at, Backdrop backdrop)
    {
        var (r, g, b) = backdrop.At(planes, at);
        var length = r * r + g * g + b * b + 1;
        var share = (planes.Red[at] * r + planes.Green[at] * g + planes.Blue[at] * b) / length;
        float er = planes.Red[at] - share * r, eg = planes.Green[at] - share * g, eb = planes.Blue[at] - share * b;
        var noise = (float)backdrop.Noise;
        if (er * er + eg * eg + eb * eb > 16 * noise * noise + 25) return 0;
        var least = 2 * noise / MathF.Sqrt(length);
        return Math.Clamp((1 - share - least) / (1 - least), 0, 1);
    }

    // Gaussian in two passes; values of weight nothing are filled by those around them.
    static float[] Smooth(float[] values, float[] weights, int width, int height, double sigma)
    {
        var radius = (int)Math.Ceiling(3 * sigma);
        var kernel = Enumerable.Range(-radius, 2 * radius + 1).Select(x => (float)Math.Exp(-x * x / (2 * sigma * sigma))).ToArray();
        var weighed = new float[values.Length];
        for (var i = 0; i < values.Length; i++) weighed[i] = values[i] * weights[i];
        var (sums, counts) = (Blur(Blur(weighed, width, height, kernel, true), width, height, kernel, false), Blur(Blur(weights, width, height, kernel, true), width, height, kernel, false));
        for (var i = 0; i < sums.Length; i++) sums[i] = counts[i] > 1e-6f ? sums[i] / counts[i] : 0;
        return sums;
    }

    static float[] Blur(float[] values, int width, int height, float[] kernel, bool across)
    {
        var (blurred, radius) = (new float[values.Length], kernel.Length / 2);
        Parallel.For(0, height, y =>
        {
            for (var x = 0; x < width; x++)
            {
                var sum = 0f;
                for (var k = -radius; k <= radius; k++)
                {
                    int nx = across ? x + k : x, ny = across ? y : y + k;
                    if (nx >= 0 && ny >= 0 && nx < width && ny < height) sum += values[ny * width + nx] * kernel[k + radius];
                }
                blurred[y * width + x] = sum;
            }
        });
        return blurred;
    }
}
