using Revela.Imaging.Native.Vips;
using Shouldly;

namespace Revela.Tests.Imaging.Operations;

/// <summary>Small pictures made for tests, and ways to look at pixels.</summary>
static class Pictures
{
    /// <summary>Soft colours that differ in every corner; libvips' sRGB, 3 bands or 4 with alpha.</summary>
    public static VipsImage Gradient(int width, int height, bool alpha = false)
    {
        var bands = alpha ? 4 : 3;
        var pixels = new byte[width * height * bands];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var at = (y * width + x) * bands;
                pixels[at] = (byte)(255 * x / Math.Max(1, width - 1));
                pixels[at + 1] = (byte)(255 * y / Math.Max(1, height - 1));
                pixels[at + 2] = (byte)(128 + 100 * Math.Sin(x * 0.05) * Math.Cos(y * 0.07));
                if (alpha) pixels[at + 3] = (byte)(x * 255 / Math.Max(1, width - 1));
            }
        return As(pixels, width, height, bands);
    }

    public static VipsImage Plain(int width, int height, params byte[] colour)
    {
        var pixels = new byte[width * height * colour.Length];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = colour[i % colour.Length];
        return As(pixels, width, height, colour.Length);
    }

    public static VipsImage As(byte[] pixels, int width, int height, int bands)
    {
        using var raw = VipsImage.Of(pixels, width, height, bands);
        return VipsOperation.Call("copy", ("in", raw), ("interpretation", bands < 3 ? "b-w" : "srgb"));
    }

    /// <summary>An animation of plain frames as one tall image.</summary>
    public static VipsImage Animation(int width, int height, params byte[][] colours)
    {
        var frames = colours.Select(c => Plain(width, height, c)).ToArray();
        using var tall = VipsOperation.Call("arrayjoin", ("in", frames), ("across", 1));
        var animation = tall.Copy();
        animation.SetInt("page-height", height);
        return animation;
    }

    public static byte[] At(VipsImage image, int x, int y)
    {
        using var pixel = VipsOperation.Call("extract_area", ("input", image), ("left", x), ("top", y), ("width", 1), ("height", 1));
        return pixel.Pixels();
    }

    public static void ShouldBeNear(this byte[] pixel, byte[] expected, int tolerance)
    {
        pixel.Length.ShouldBe(expected.Length);
        for (var i = 0; i < pixel.Length; i++) ((int)pixel[i]).ShouldBeInRange(expected[i] - tolerance, expected[i] + tolerance, $"[{string.Join(", ", pixel)}] is not [{string.Join(", ", expected)}]");
    }

    /// <summary>Mean absolute difference per band value.</summary>
    public static double Difference(VipsImage a, VipsImage b)
    {
        (a.Width, a.Height, a.Bands).ShouldBe((b.Width, b.Height, b.Bands));
        var (first, second) = (a.Pixels(), b.Pixels());
        return first.Zip(second, (x, y) => (double)Math.Abs(x - y)).Average();
    }
}
