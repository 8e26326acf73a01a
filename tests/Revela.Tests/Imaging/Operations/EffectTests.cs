using Revela.Imaging.Native.Vips;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Operations;

public sealed class EffectTests : IDisposable
{
    readonly Studio studio = new();

    public void Dispose() => studio.Dispose();

    [Theory]
    [InlineData("blur:sigma=2")]
    [InlineData("blur:sigma=20")]
    public async Task Blur_softens_an_edge_and_keeps_the_mean(string step)
    {
        var input = studio.Write(Edge(), "in.png");
        using var soft = Studio.Open(await studio.Develop(input, step));
        Pictures.At(soft, 49, 50)[0].ShouldBeInRange((byte)80, (byte)135);
        soft.Pixels().Average(p => (double)p).ShouldBeInRange(120, 135);
    }

    [Fact]
    public async Task Sharpen_deepens_an_edge_and_leaves_flat_parts_alone()
    {
        using var soft = Studio.Open(await studio.Develop(studio.Write(Edge(50, 200), "in.png"), "blur:sigma=2"));
        var input = studio.Write(soft, "soft.png");
        using var sharp = Studio.Open(await studio.Develop(input, "sharpen:sigma=2,amount=3"));
        Pictures.At(sharp, 10, 50).ShouldBeNear(Pictures.At(soft, 10, 50), 2);
        (Pictures.At(sharp, 53, 50)[0] - Pictures.At(sharp, 46, 50)[0]).ShouldBeGreaterThan(Pictures.At(soft, 53, 50)[0] - Pictures.At(soft, 46, 50)[0]);
        using var same = Studio.Open(await studio.Develop(input, "sharpen:amount=0"));
        Pictures.Difference(same, soft).ShouldBeLessThan(1.5);
    }

    [Theory]
    [InlineData("south-east", 190, 95)]
    [InlineData("north-west", 10, 5)]
    public async Task A_text_stands_where_it_should_and_nowhere_else(string position, int x, int y)
    {
        using var plain = Pictures.Plain(200, 100, 40, 40, 40);
        using var marked = Studio.Open(await studio.Develop(studio.Write(plain, "in.png"), $"watermark:text=MM,position={position},opacity=1,size=20,margin=0"));
        var lit = Lit(marked, 40);
        lit.Count.ShouldBeGreaterThan(30);
        lit.ShouldAllBe(p => Math.Abs(p.X - x) < 60 && Math.Abs(p.Y - y) < 50);
    }

    [Fact]
    public async Task Markup_in_a_text_is_text()
    {
        using var plain = Pictures.Plain(200, 100, 40, 40, 40);
        var made = await studio.Develop(studio.Write(plain, "in.png"), "watermark:text=\"<b>Tom & Ana's, 2026</b>\",size=90,opacity=0.5");
        using var marked = Studio.Open(made);
        Lit(marked, 40).Count.ShouldBeGreaterThan(100);
        marked.Pixels().Max().ShouldBeInRange((byte)120, (byte)160);
    }

    [Fact]
    public async Task A_picture_as_mark_is_laid_over_with_its_own_transparency()
    {
        using var mark = Pictures.Gradient(32, 32, alpha: true);
        var base64 = Convert.ToBase64String(File.ReadAllBytes(studio.Write(mark, "mark.png")));
        using var plain = Pictures.Plain(128, 128, 0, 0, 0);
        using var marked = Studio.Open(await studio.Develop(studio.Write(plain, "in.png"), $"watermark:image={base64},position=centre,size=50,opacity=1"));
        Pictures.At(marked, 33, 64).ShouldBeNear([0, 0, 0], 12);
        Pictures.At(marked, 94, 64)[0].ShouldBeGreaterThan((byte)220);
        Pictures.At(marked, 5, 5).ShouldBe([0, 0, 0]);
    }

    [Fact]
    public async Task A_mark_on_sixteen_bits_is_as_bright_as_on_eight()
    {
        using var plain = Pictures.Plain(200, 100, 40, 40, 40);
        using var deep = VipsOperation.Call("colourspace", ("in", plain), ("space", "rgb16"));
        string[] step = ["watermark:text=MM,opacity=0.5,size=50"];
        using var eight = Studio.Open(await studio.Develop(studio.Write(plain, "eight.png"), step));
        using var sixteen = Studio.Open(await studio.Develop(studio.Write(deep, "sixteen.png"), step));
        sixteen.Format.ShouldBe(VipsFormat.UShort);
        using var reduced = VipsOperation.Call("colourspace", ("in", sixteen), ("space", "srgb"));
        Pictures.Difference(reduced, eight).ShouldBeLessThan(1);
    }

    [Fact]
    public async Task A_broken_mark_fails_as_such()
    {
        var base64 = Convert.ToBase64String([0x89, .. "PNG\r\n\u001a\nnothing of a picture here"u8]);
        var error = await studio.Fail(Files.Sample("coffee.png"), $"watermark:image={base64}");
        error.Code.ShouldBe("operation-failed");
    }

    static VipsImage Edge(byte dark = 0, byte light = 255)
    {
        var pixels = new byte[100 * 100 * 3];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = i / 3 % 100 < 50 ? dark : light;
        return Pictures.As(pixels, 100, 100, 3);
    }

    static List<(int X, int Y)> Lit(VipsImage image, byte ground)
    {
        var pixels = image.Pixels();
        var lit = new List<(int, int)>();
        for (var i = 0; i < pixels.Length; i += image.Bands)
            if (pixels[i] > ground + 20) lit.Add((i / image.Bands % image.Width, i / image.Bands / image.Width));
        return lit;
    }
}
