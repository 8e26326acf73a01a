using Revela.Imaging.Native.Vips;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Operations;

public sealed class GrayscaleTests : IDisposable
{
    readonly Studio studio = new();

    public void Dispose() => studio.Dispose();

    [Theory]
    [InlineData("in.png", 0, 2)]
    [InlineData("in.tiff", 0, 2)]
    [InlineData("in.jpg", 0, 2)]
    [InlineData("in.webp", 0, 2)]
    public async Task Grey_is_luma_of_601_in_every_format(string name, int mean, int most)
    {
        using var picture = VipsOperation.Call("pngload", ("filename", Files.Sample("coffee.png")));
        var input = studio.Write(picture, name, name == "in.webp" ? [("lossless", true)] : name == "in.jpg" ? [("Q", 95), ("subsample-mode", "off")] : []);
        using var gray = Studio.Open(await studio.Develop(input, "grayscale", "convert:format=png"));
        gray.Bands.ShouldBe(1);

        using var source = Studio.Open(input);
        var (from, to) = (source.Pixels(), gray.Pixels());
        var worst = 0;
        var sum = 0L;
        for (var i = 0; i < to.Length; i++)
        {
            var luma = 0.299 * from[i * 3] + 0.587 * from[i * 3 + 1] + 0.114 * from[i * 3 + 2];
            worst = Math.Max(worst, (int)Math.Abs(Math.Round(luma) - to[i]));
            sum += to[i] - (int)Math.Round(luma);
        }
        // A JPEG's own luma may lie outside what its colours can say; such pixels are few.
        if (name == "in.jpg") ((double)sum / to.Length).ShouldBeInRange(mean - 0.5, mean + 0.5);
        else worst.ShouldBeLessThanOrEqualTo(most);
    }

    [Fact]
    public async Task A_jpeg_turns_grey_without_loss_when_no_quality_is_asked()
    {
        var input = studio.Write(Pictures.Gradient(320, 240), "in.jpg", ("Q", 90));
        var made = await studio.Develop(input, "grayscale");
        made.Engine.ShouldStartWith("turbojpeg");
        using var gray = Studio.Open(made);
        gray.Bands.ShouldBe(1);
        using var colour = Studio.Open(input);
        using var expected = VipsOperation.Call("recomb", ("in", colour), ("m", Weights()));
        var (a, b) = (gray.Pixels(), expected.Pixels());
        for (var i = 0; i < a.Length; i++) Math.Abs(a[i] - BitConverter.ToSingle(b, i * 4)).ShouldBeLessThan(2.5f);
    }

    [Fact]
    public async Task With_a_quality_luma_alone_is_read_and_written_at_that_quality()
    {
        var input = studio.Write(Pictures.Gradient(320, 240), "in.jpg", ("Q", 90));
        var fine = await studio.Develop(input, "grayscale", "convert:quality=95");
        var coarse = await studio.Develop(input, "grayscale", "convert:quality=30");
        coarse.Bytes.ShouldBeLessThan(fine.Bytes);
        using var gray = Studio.Open(fine);
        gray.Bands.ShouldBe(1);
    }

    [Fact]
    public async Task Alpha_is_kept()
    {
        var input = studio.Write(Pictures.Gradient(64, 64, alpha: true), "in.png");
        using var gray = Studio.Open(await studio.Develop(input, "grayscale"));
        gray.Bands.ShouldBe(2);
        Pictures.At(gray, 63, 10)[1].ShouldBe((byte)255);
        Pictures.At(gray, 0, 10)[1].ShouldBe((byte)0);
    }

    [Fact]
    public async Task Sixteen_bits_stay_sixteen_bits()
    {
        using var deep = VipsOperation.Call("colourspace", ("in", Pictures.Gradient(64, 64)), ("space", "rgb16"));
        using var gray = Studio.Open(await studio.Develop(studio.Write(deep, "in.png"), "grayscale"));
        gray.Format.ShouldBe(VipsFormat.UShort);
        gray.Bands.ShouldBe(1);
    }

    [Fact]
    public async Task A_profile_other_than_srgb_takes_the_way_of_pixels()
    {
        using var p3 = VipsOperation.Call("icc_transform", ("in", Pictures.Gradient(64, 64)), ("output-profile", "p3"), ("input-profile", "srgb"));
        var made = await studio.Develop(studio.Write(p3, "in.jpg"), "grayscale");
        made.Engine.ShouldStartWith("vips");
    }

    static VipsImage Weights()
    {
        double[] weights = [0.299, 0.587, 0.114];
        return VipsImage.Of(System.Runtime.InteropServices.MemoryMarshal.AsBytes<double>(weights), 3, 1, 1, VipsFormat.Double);
    }
}
