using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Imaging.Native.Vips;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Operations;

/// <summary><c>upscale</c> by its engine lanczos.</summary>
public sealed class UpscaleTests : IDisposable
{
    readonly Studio studio = new();

    [Theory]
    [InlineData("upscale", 80, 60)]
    [InlineData("upscale:factor=1.5", 60, 45)]
    [InlineData("upscale:width=100", 100, 75)]
    [InlineData("upscale:height=90", 120, 90)]
    [InlineData("upscale:width=41,height=200", 41, 200)]
    [InlineData("upscale:factor=1", 40, 30)]
    public async Task The_result_has_the_size_that_was_asked_for(string step, int width, int height)
    {
        var result = await studio.Develop(studio.Write(Pictures.Gradient(40, 30), "in.png"), step);
        (result.Width, result.Height, result.Engine).ShouldBe((width, height, "lanczos-1"));
        using var opened = Studio.Open(result);
        (opened.Width, opened.Height).ShouldBe((width, height));
    }

    [Fact]
    public async Task It_does_not_make_smaller()
    {
        var error = await studio.Fail(studio.Write(Pictures.Gradient(40, 30), "in.png"), "upscale:width=39");
        (error.Code, error.Retryable).ShouldBe((ErrorCodes.InvalidOptions, false));
        error.Message.ShouldContain("resize");
    }

    [Fact]
    public async Task A_result_beyond_the_limit_is_refused_before_pixels_are_made()
    {
        using var small = new Studio { Limits = new ImageLimits { MaxOutputPixels = 10_000 } };
        (await small.Fail(small.Write(Pictures.Gradient(40, 30), "in.png"), "upscale:factor=8")).Code.ShouldBe(ErrorCodes.OutputTooLarge);
        var whole = Studio.Catalog.Megabytes([Studio.Catalog.Parse("upscale:factor=4")], new ImageHeader("image/png", 4000, 3000, 1, 3, 8));
        whole.ShouldBeInRange(4 * 4000 * 4 * 3000 * 3 >> 20, 1000);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3.7)]
    [InlineData(8)]
    public async Task An_edge_gets_no_halo(double factor)
    {
        var pixels = new byte[48 * 48];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)(i % 48 < 24 == i / 48 < 24 ? 40 : 200);
        using var image = Pictures.As(pixels, 48, 48, 1);
        using var larger = Studio.Open(await studio.Develop(studio.Write(image, "in.png"), FormattableString.Invariant($"upscale:factor={factor}")));
        var values = larger.Pixels();
        ((int)values.Min(), (int)values.Max()).ShouldBe((40, 200));
    }

    [Fact]
    public async Task A_plain_picture_stays_plain()
    {
        for (var value = 0; value < 256; value += 5)
        {
            using var larger = Studio.Open(await studio.Develop(studio.Write(Pictures.Plain(9, 7, (byte)value), $"{value}.png"), "upscale:factor=2.3"));
            larger.Pixels().ShouldAllBe(one => one == value);
        }
    }

    [Theory]
    [InlineData("astronaut.png", 2, 1.5)]
    [InlineData("chelsea.png", 2, 1.5)]
    [InlineData("coffee.png", 3, 1.5)]
    public async Task Made_small_again_it_is_the_picture_that_it_was(string sample, int factor, double tolerance)
    {
        using var before = Studio.Open(Files.Sample(sample));
        var larger = await studio.Develop(Files.Sample(sample), $"upscale:factor={factor}");
        using var after = Studio.Open(await studio.Develop(larger.Path, $"resize:width={before.Width},height={before.Height},fit=fill"));
        Pictures.Difference(before, after).ShouldBeLessThan(tolerance);
    }

    [Fact]
    public async Task What_lies_under_transparent_pixels_does_not_bleed()
    {
        var pixels = new byte[20 * 20 * 4];
        for (var i = 0; i < 400; i++) (i % 20 < 10 ? (byte[])[0, 255, 0, 0] : [255, 0, 0, 255]).CopyTo(pixels, i * 4);
        using var image = Pictures.As(pixels, 20, 20, 4);
        using var larger = Studio.Open(await studio.Develop(studio.Write(image, "in.png"), "upscale:factor=4"));
        var result = larger.Pixels();
        for (var i = 0; i < result.Length; i += 4)
            if (result[i + 3] > 0) (result[i] > 250 && result[i + 1] == 0).ShouldBeTrue($"[{string.Join(", ", result[i..(i + 4)])}]");
    }

    [Fact]
    public async Task Depth_and_bands_stay()
    {
        using var gray = VipsOperation.Call("colourspace", ("in", Pictures.Gradient(30, 20)), ("space", "grey16"));
        using var larger = Studio.Open(await studio.Develop(studio.Write(gray, "deep.png"), "upscale:factor=2"));
        (larger.Bands, larger.Format).ShouldBe((1, VipsFormat.UShort));
        using var before = Studio.Open(studio.File("deep.png"));
        using var again = Studio.Open(await studio.Develop(studio.File("deep.png"), "upscale:factor=1"));
        again.Pixels().ShouldBe(before.Pixels());
    }

    [Fact]
    public async Task Every_frame_of_an_animation_is_made_larger()
    {
        var path = studio.Write(Pictures.Animation(16, 12, [255, 0, 0], [0, 255, 0], [0, 0, 255]), "in.gif");
        var result = await studio.Develop(path, "upscale:factor=3");
        (result.Width, result.Height, result.Frames).ShouldBe((48, 36, 3));
    }

    public void Dispose() => studio.Dispose();
}
