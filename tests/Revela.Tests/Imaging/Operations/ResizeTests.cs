using Revela.Core.Jobs;
using Revela.Imaging.Native.Vips;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Operations;

public sealed class ResizeTests : IDisposable
{
    readonly Studio studio = new();

    public void Dispose() => studio.Dispose();

    [Theory]
    [InlineData("resize:width=100", 100, 75)]
    [InlineData("resize:height=60", 80, 60)]
    [InlineData("resize:width=100,height=100", 100, 75)]
    [InlineData("resize:width=100,height=100,fit=fill", 100, 100)]
    [InlineData("resize:width=100,height=100,fit=cover", 100, 100)]
    [InlineData("resize:width=100,height=100,fit=cover,gravity=smart", 100, 100)]
    [InlineData("resize:width=100,height=100,fit=pad", 100, 100)]
    [InlineData("resize:width=1000,height=1000", 400, 300)]
    [InlineData("resize:width=1000,height=1000,fit=fill", 400, 300)]
    [InlineData("resize:width=1000,height=200,fit=cover", 400, 200)]
    [InlineData("resize:width=1000,height=1000,fit=pad", 1000, 1000)]
    [InlineData("resize:width=800,enlarge=true", 800, 600)]
    [InlineData("resize:width=1,height=1", 1, 1)]
    [InlineData("thumbnail:size=64", 64, 48)]
    [InlineData("thumbnail:size=64,shape=square", 64, 64)]
    [InlineData("thumbnail:size=4000", 400, 300)]
    public async Task The_box_and_the_fit_give_the_size(string step, int width, int height)
    {
        foreach (var name in (string[])["in.jpg", "in.png"])
        {
            var made = await studio.Develop(studio.Write(Pictures.Gradient(400, 300), name), step);
            (made.Width, made.Height).ShouldBe((width, height));
            using var picture = Studio.Open(made);
            (picture.Width, picture.Height).ShouldBe((width, height));
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(161)]
    [InlineData(250)]
    [InlineData(399)]
    public async Task Reading_a_jpeg_smaller_shows_the_same_picture(int width)
    {
        using var photo = VipsOperation.Call("pngload", ("filename", Files.Sample("coffee.png")));
        var jpeg = studio.Write(photo, "in.jpg", ("Q", 95));
        using var whole = Studio.Open(jpeg);
        var png = studio.Write(whole, "in.png");
        using var shrunk = Studio.Open(await studio.Develop(jpeg, $"resize:width={width}", "convert:format=png"));
        using var expected = Studio.Open(await studio.Develop(png, $"resize:width={width}", "convert:format=png"));
        Pictures.Difference(shrunk, expected).ShouldBeLessThan(2.5);
    }

    [Fact]
    public async Task What_lies_under_transparent_pixels_does_not_bleed()
    {
        // Left half opaque green, right half transparent red.
        var pixels = new byte[64 * 64 * 4];
        for (var i = 0; i < 64 * 64; i++) ((byte[])(i % 64 < 32 ? [0, 200, 0, 255] : [255, 0, 0, 0])).CopyTo(pixels, i * 4);
        var input = studio.Write(Pictures.As(pixels, 64, 64, 4), "in.png");
        using var small = Studio.Open(await studio.Develop(input, "resize:width=15"));
        for (var x = 0; x < 15; x++)
        {
            var pixel = Pictures.At(small, x, 7);
            if (pixel[3] > 8) pixel[0].ShouldBeLessThan((byte)8);
        }
    }

    [Fact]
    public async Task Padding_has_the_colour_asked_for_on_grey_and_transparent_pictures_too()
    {
        var gray = studio.Write(Pictures.Plain(40, 20, 90), "gray.png");
        using var padded = Studio.Open(await studio.Develop(gray, "resize:width=40,height=40,fit=pad,background=#ff0000"));
        Pictures.At(padded, 5, 2).ShouldBe([255, 0, 0]);
        Pictures.At(padded, 20, 20).ShouldBe([90, 90, 90]);

        var opaque = studio.Write(Pictures.Plain(40, 20, 1, 2, 3), "opaque.png");
        using var clear = Studio.Open(await studio.Develop(opaque, "resize:width=40,height=40,fit=pad,background=transparent,gravity=north"));
        Pictures.At(clear, 5, 2).ShouldBe([1, 2, 3, 255]);
        Pictures.At(clear, 5, 38)[3].ShouldBe((byte)0);
    }

    [Fact]
    public async Task A_result_beyond_the_limit_is_refused_before_pixels_are_made()
    {
        var input = studio.Write(Pictures.Plain(400, 300, 1, 2, 3), "in.png");
        var error = await studio.Fail(input, "resize:width=60000,enlarge=true");
        error.Code.ShouldBe(ErrorCodes.OutputTooLarge);
        error.Retryable.ShouldBeFalse();
    }
}
