using Revela.Imaging.Native.Vips;
using Revela.Imaging.Operations;
using Revela.Imaging.Operations.Development;
using static Revela.Imaging.Native.Vips.VipsOperation;

namespace Revela.Imaging.Inspection;

/// <summary>A picture seen at a glance: sRGB of 8 bits with straight alpha, at most <see cref="Side"/> pixels on its longest side.</summary>
/// <param name="Rgba">Rows from the top, without padding.</param>
sealed record Overview(int Width, int Height, byte[] Rgba)
{
    public const int Side = 1024;

    public int Count => Width * Height;

    public static Overview Of(VipsImage frame)
    {
        var scale = Math.Max(1, Math.Max(frame.Width, frame.Height) / (double)Side);
        using var small = Resize.Resample(frame, Math.Max(1, (int)Math.Round(frame.Width / scale)), Math.Max(1, (int)Math.Round(frame.Height / scale)));
        using var normal = WorkingColour.Normalise(small, keepProfile: false);
        using var plain = WorkingColour.To8Bits(normal);
        using var colour = WorkingColour.ToColour(plain);
        using var whole = colour.HasAlpha ? colour.Share() : Call("bandjoin_const", ("in", colour), ("c", new[] { 255.0 }));
        return new Overview(whole.Width, whole.Height, whole.Pixels());
    }

    /// <summary>One band over white: red, green or blue, 0–255.</summary>
    public float[] Band(int band)
    {
        var plane = new float[Count];
        for (var i = 0; i < plane.Length; i++) plane[i] = OverWhite(i, band);
        return plane;
    }

    /// <summary>Brightness (BT.601) over white, 0–255.</summary>
    public float[] Luma()
    {
        var plane = new float[Count];
        for (var i = 0; i < plane.Length; i++) plane[i] = 0.299f * OverWhite(i, 0) + 0.587f * OverWhite(i, 1) + 0.114f * OverWhite(i, 2);
        return plane;
    }

    /// <summary>A plane of this picture at another size, each value the mean of the area that it covers.</summary>
    public float[] Averaged(float[] plane, int width, int height)
    {
        var lower = new float[Width * height];
        for (var x = 0; x < Width; x++) Average(plane, x, Width, Height, lower, x, Width, height);
        var averaged = new float[width * height];
        for (var y = 0; y < height; y++) Average(lower, y * Width, 1, Width, averaged, y * width, 1, width);
        return averaged;
    }

    float OverWhite(int pixel, int band)
    {
        var alpha = Rgba[4 * pixel + 3] / 255f;
        return 255 + (Rgba[4 * pixel + band] - 255) * alpha;
    }

    // A line of values, a step apart, at another length.
    static void Average(float[] line, int first, int step, int length, float[] averaged, int place, int stride, int wanted)
    {
        for (var i = 0; i < wanted; i++)
        {
            double from = (double)i * length / wanted, to = (double)(i + 1) * length / wanted;
            var sum = 0.0;
            for (var at = (int)from; at < to && at < length; at++)
                sum += line[first + at * step] * (Math.Min(to, at + 1) - Math.Max(from, at));
            averaged[place + i * stride] = (float)(sum / (to - from));
        }
    }
}
