using Revela.Core.Jobs;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Operations;

public sealed class CropTests : IDisposable
{
    readonly Studio studio = new();

    public void Dispose() => studio.Dispose();

    [Fact]
    public async Task A_rectangle_by_place_keeps_these_very_pixels()
    {
        using var source = Pictures.Gradient(100, 80);
        using var cut = Studio.Open(await studio.Develop(studio.Write(source, "in.png"), "crop:x=13,y=7,width=20,height=10"));
        (cut.Width, cut.Height).ShouldBe((20, 10));
        Pictures.At(cut, 0, 0).ShouldBe(Pictures.At(source, 13, 7));
        Pictures.At(cut, 19, 9).ShouldBe(Pictures.At(source, 32, 16));
    }

    [Theory]
    [InlineData("centre", 40, 35)]
    [InlineData("north-west", 0, 0)]
    [InlineData("south-east", 80, 70)]
    [InlineData("east", 80, 35)]
    public async Task A_rectangle_by_gravity_lies_there(string gravity, int x, int y)
    {
        using var source = Pictures.Gradient(100, 80);
        using var cut = Studio.Open(await studio.Develop(studio.Write(source, "in.png"), $"crop:width=20,height=10,gravity={gravity}"));
        Pictures.At(cut, 0, 0).ShouldBe(Pictures.At(source, x, y));
    }

    [Fact]
    public async Task Smart_keeps_what_catches_the_eye()
    {
        var pixels = new byte[200 * 60 * 3];
        Array.Fill(pixels, (byte)200);
        for (var y = 20; y < 40; y++)
            for (var x = 150; x < 170; x++) ((byte[])[(byte)(200 + x % 50), (byte)(30 * (y % 3)), 20]).CopyTo(pixels, (y * 200 + x) * 3);
        using var cut = Studio.Open(await studio.Develop(studio.Write(Pictures.As(pixels, 200, 60, 3), "in.png"), "crop:width=60,height=60,gravity=smart"));
        cut.Pixels().Chunk(3).Count(p => p[2] == 20).ShouldBe(400);
    }

    [Fact]
    public async Task On_block_borders_a_jpeg_is_cut_without_loss()
    {
        var input = studio.Write(Pictures.Gradient(320, 240), "in.jpg", ("Q", 80));
        var made = await studio.Develop(input, "crop:x=32,y=16,width=100,height=50");
        made.Engine.ShouldStartWith("turbojpeg");
        (made.Width, made.Height).ShouldBe((100, 50));
        using var whole = Studio.Open(input);
        using var cut = Studio.Open(made);
        Pictures.At(cut, 40, 20).ShouldBeNear(Pictures.At(whole, 72, 36), 1);
    }

    [Fact]
    public async Task Between_block_borders_a_jpeg_is_cut_by_its_pixels()
    {
        var input = studio.Write(Pictures.Gradient(320, 240), "in.jpg", ("Q", 90));
        var made = await studio.Develop(input, "crop:x=33,y=17,width=100,height=50");
        made.Engine.ShouldStartWith("vips");
        (made.Width, made.Height).ShouldBe((100, 50));
    }

    [Fact]
    public async Task What_reaches_over_the_edge_is_left_off_and_what_lies_outside_fails()
    {
        var input = studio.Write(Pictures.Gradient(100, 80), "in.png");
        var made = await studio.Develop(input, "crop:x=90,y=70,width=50,height=50");
        (made.Width, made.Height).ShouldBe((10, 10));
        (await studio.Fail(input, "crop:x=100,y=0,width=5,height=5")).Code.ShouldBe(ErrorCodes.OperationFailed);
    }
}
