using Revela.Imaging.Native.Vips;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Operations;

public sealed class TurnTests : IDisposable
{
    readonly Studio studio = new();

    public void Dispose() => studio.Dispose();

    [Theory]
    [InlineData("rotate:angle=90", 60, 0)]
    [InlineData("rotate:angle=-270", 60, 0)]
    [InlineData("rotate:angle=180", 100, 60)]
    [InlineData("rotate:angle=270", 0, 100)]
    [InlineData("flip", 100, 0)]
    [InlineData("flip:direction=vertical", 0, 60)]
    public async Task The_top_left_corner_goes_where_it_should(string step, int x, int y)
    {
        using var source = Pictures.Gradient(101, 61);
        using var turned = Studio.Open(await studio.Develop(studio.Write(source, "in.png"), step));
        Pictures.At(turned, x, y).ShouldBe(Pictures.At(source, 0, 0));
        Pictures.At(turned, turned.Width - 1 - x, turned.Height - 1 - y).ShouldBe(Pictures.At(source, 100, 60));
    }

    [Theory]
    [InlineData("rotate:angle=90")]
    [InlineData("rotate:angle=180")]
    [InlineData("rotate:angle=270")]
    [InlineData("flip")]
    [InlineData("flip:direction=vertical")]
    public async Task A_jpeg_of_whole_blocks_turns_without_loss_and_another_by_its_pixels(string step)
    {
        var whole = studio.Write(Pictures.Gradient(320, 240), "whole.jpg", ("Q", 90));
        var made = await studio.Develop(whole, step);
        made.Engine.ShouldStartWith("turbojpeg");
        using var turned = Studio.Open(made);
        using var decoded = Studio.Open(whole);
        using var expected = Studio.Open(await studio.Develop(studio.Write(decoded, "whole.png"), step));
        Pictures.Difference(turned, expected).ShouldBeLessThan(1);

        var partial = await studio.Develop(studio.Write(Pictures.Gradient(317, 233), "partial.jpg", ("Q", 90)), step);
        partial.Engine.ShouldStartWith("vips");
        using var cut = Studio.Open(partial);
        Math.Max(cut.Width, cut.Height).ShouldBe(317);
        Math.Min(cut.Width, cut.Height).ShouldBe(233);
    }

    [Fact]
    public async Task Between_quarters_the_corners_get_the_background()
    {
        var input = studio.Write(Pictures.Plain(100, 100, 10, 200, 30), "in.png");
        using var red = Studio.Open(await studio.Develop(input, "rotate:angle=45,background=red"));
        red.Width.ShouldBeInRange(140, 143);
        Pictures.At(red, 2, 2).ShouldBe([255, 0, 0]);
        Pictures.At(red, 70, 70).ShouldBeNear([10, 200, 30], 1);

        using var clear = Studio.Open(await studio.Develop(input, "rotate:angle=45,background=transparent"));
        Pictures.At(clear, 2, 2)[3].ShouldBe((byte)0);
        Pictures.At(clear, 70, 70).ShouldBeNear([10, 200, 30, 255], 1);
    }

    [Fact]
    public async Task Angles_turn_clockwise()
    {
        // A dark dot right of the centre comes below it.
        var pixels = new byte[101 * 101 * 3];
        Array.Fill(pixels, (byte)255);
        for (var y = 45; y < 56; y++)
            for (var x = 75; x < 86; x++) pixels.AsSpan((y * 101 + x) * 3, 3).Clear();
        using var turned = Studio.Open(await studio.Develop(studio.Write(Pictures.As(pixels, 101, 101, 3), "in.png"), "rotate:angle=89"));
        Pictures.At(turned, turned.Width / 2, turned.Height / 2 + 30)[0].ShouldBeLessThan((byte)20);
    }
}
