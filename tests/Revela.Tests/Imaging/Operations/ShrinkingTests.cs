using Revela.Imaging.Native.Vips;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Operations;

public sealed class ShrinkingTests : IDisposable
{
    readonly Studio studio = new();

    public void Dispose() => studio.Dispose();

    [Theory]
    [InlineData(1, 333, 257, 100, 77)]
    [InlineData(2, 333, 257, 100, 77)]
    [InlineData(3, 333, 257, 100, 77)]
    [InlineData(4, 333, 257, 100, 77)]
    [InlineData(3, 333, 257, 333, 20)]
    [InlineData(3, 333, 257, 7, 257)]
    [InlineData(4, 333, 257, 1, 1)]
    [InlineData(3, 5, 900, 2, 31)]
    [InlineData(3, 900, 5, 31, 2)]
    public async Task It_shows_what_libvips_shows(int bands, int width, int height, int toWidth, int toHeight)
    {
        using var source = Textured(width, height, bands);
        var input = studio.Write(source, "in.png");
        using var ours = Studio.Open(await studio.Develop(input, $"resize:width={toWidth},height={toHeight},fit=fill"));
        using var theirs = Reference(source, toWidth, toHeight);
        (ours.Width, ours.Height, ours.Bands).ShouldBe((toWidth, toHeight, bands));
        // libvips rounds each weight to 1/4096: over the hundreds of pixels behind one of a far smaller picture that adds up to two levels.
        Pictures.Difference(ours, theirs).ShouldBeLessThan(2.5);
    }

    [Theory]
    [InlineData(2, 200_000)]
    [InlineData(200_000, 2)]
    public async Task A_line_longer_than_libvips_reduces_becomes_its_mean(int width, int height)
    {
        using var source = Textured(width, height, 1);
        var input = studio.Write(source, "in.png");

        using var dot = Studio.Open(await studio.Develop(input, "resize:width=1,height=1,fit=fill"));

        var mean = source.Pixels().Average(level => level);
        dot.Pixels().ShouldHaveSingleItem().ShouldBeInRange((byte)(mean - 5), (byte)(mean + 5));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_plain_picture_stays_plain(int bands)
    {
        byte[] colour = bands switch { 1 => [77], 3 => [255, 0, 129], _ => [200, 100, 50, 128] };
        var input = studio.Write(Pictures.Plain(301, 199, colour), "in.png");
        using var small = Studio.Open(await studio.Develop(input, "resize:width=37,height=41,fit=fill"));
        foreach (var pixel in small.Pixels().Chunk(bands)) pixel.ShouldBeNear(colour, 1);
    }

    [Fact]
    public async Task Pictures_that_are_turned_first_are_shrunk_alike()
    {
        using var source = Textured(200, 120, 3);
        var input = studio.Write(source, "in.png");
        using var turned = Studio.Open(await studio.Develop(input, "rotate:angle=90", "resize:width=40"));
        using var after = Studio.Open(await studio.Develop(input, "resize:height=40", "rotate:angle=90"));
        Pictures.Difference(turned, after).ShouldBeLessThan(0.1);
    }

    // Soft, with some grain that follows from the place alone.
    static VipsImage Textured(int width, int height, int bands)
    {
        var pixels = new byte[width * height * bands];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y, band) = (i / bands % width, i / bands / width, i % bands);
            var soft = 128 + 90 * Math.Sin((x + 20 * band) * 0.06) * Math.Cos(y * 0.045);
            pixels[i] = (byte)(soft + (x * 7919 + y * 104729 + band * 31) % 37 - 18);
            if (bands is 2 or 4 && band == bands - 1) pixels[i] = (byte)(x * 255 / Math.Max(1, width - 1));
        }
        return Pictures.As(pixels, width, height, bands);
    }

    static VipsImage Reference(VipsImage source, int width, int height)
    {
        using var weighed = source.HasAlpha ? VipsOperation.Call("premultiply", ("in", source)) : source.Share();
        using var small = VipsOperation.Call("resize", ("in", weighed), ("scale", (double)width / source.Width), ("vscale", (double)height / source.Height), ("gap", 0.0));
        using var straight = source.HasAlpha ? VipsOperation.Call("unpremultiply", ("in", small)) : small.Share();
        using var round = VipsOperation.Call("round", ("in", straight), ("round", "rint"));
        using var bytes = VipsOperation.Call("cast", ("in", round), ("format", "uchar"));
        return bytes.ToMemory();
    }
}
