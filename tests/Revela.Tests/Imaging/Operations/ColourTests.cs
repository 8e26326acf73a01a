using Revela.Imaging.Native.Vips;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Operations;

public sealed class ColourTests : IDisposable
{
    readonly Studio studio = new();

    public void Dispose() => studio.Dispose();

    [Fact]
    public async Task Cmyk_becomes_srgb()
    {
        using var cmyk = VipsOperation.Call("icc_transform", ("in", Pictures.Plain(64, 64, 200, 60, 40)), ("output-profile", "cmyk"), ("input-profile", "srgb"),
            ("intent", "relative"), ("black-point-compensation", true));
        cmyk.Interpretation.ShouldBe(VipsInterpretation.Cmyk);
        foreach (var step in (string[])["resize:width=32", "grayscale", "convert:format=png", "rotate:angle=90"])
        {
            using var made = Studio.Open(await studio.Develop(studio.Write(cmyk, "in.jpg", ("Q", 95)), step));
            made.Interpretation.ShouldBeOneOf(VipsInterpretation.Srgb, VipsInterpretation.BW);
            made.Has("icc-profile-data").ShouldBeFalse();
            if (step != "grayscale") Pictures.At(made, 10, 10).ShouldBeNear([200, 60, 40], 12);
        }
    }

    [Fact]
    public async Task A_wide_profile_becomes_srgb_and_is_left_off()
    {
        using var p3 = VipsOperation.Call("icc_transform", ("in", Pictures.Plain(64, 64, 180, 90, 60)), ("output-profile", "p3"), ("input-profile", "srgb"));
        Pictures.At(p3, 1, 1)[0].ShouldNotBe((byte)180);
        foreach (var name in (string[])["in.jpg", "in.png", "in.webp", "in.tiff"])
        {
            using var made = Studio.Open(await studio.Develop(studio.Write(p3, name), "resize:width=32", "convert:format=png"));
            made.Has("icc-profile-data").ShouldBeFalse();
            Pictures.At(made, 10, 10).ShouldBeNear([180, 90, 60], 3);
        }
    }

    [Fact]
    public async Task Sixteen_bits_stay_in_png_and_tiff_and_become_eight_elsewhere()
    {
        using var deep = VipsOperation.Call("colourspace", ("in", Pictures.Gradient(64, 64, alpha: true)), ("space", "rgb16"));
        var input = studio.Write(deep, "in.png");
        using var png = Studio.Open(await studio.Develop(input, "resize:width=32"));
        png.Format.ShouldBe(VipsFormat.UShort);
        using var tiff = Studio.Open(await studio.Develop(input, "flip", "convert:format=tiff"));
        tiff.Format.ShouldBe(VipsFormat.UShort);
        using var webp = Studio.Open(await studio.Develop(input, "flip", "convert:format=webp,lossless=true"));
        webp.Format.ShouldBe(VipsFormat.UChar);
        Pictures.At(webp, 23, 63)[..3].ShouldBeNear(Pictures.At(Pictures.Gradient(64, 64), 40, 63), 2);
    }

    [SkippableTheory]
    [InlineData("basn3p08.png", 3)]
    [InlineData("tbbn3p08.png", 4)]
    [InlineData("basn0g01.png", 1)]
    [InlineData("basn4a08.png", 2)]
    [InlineData("basn4a16.png", 2)]
    [InlineData("basn6a16.png", 4)]
    [InlineData("basi2c16.png", 3)]
    [InlineData("basi3p02.png", 3)]
    public async Task Palettes_bits_and_alphas_of_png_come_out_as_plain_bands(string name, int bands)
    {
        var path = Files.Shared("torture/pngsuite") + "/" + name;
        Skip.IfNot(File.Exists(path), $"shared/torture/pngsuite/{name} is not there");
        using var made = Studio.Open(await studio.Develop(path, "resize:width=20"));
        (made.Width, made.Bands).ShouldBe((20, bands));
    }

    [Fact]
    public async Task A_palette_with_transparency_keeps_it()
    {
        var input = studio.Write(Pictures.Gradient(64, 64, alpha: true), "in.png", ("palette", true));
        using var made = Studio.Open(await studio.Develop(input, "resize:width=32"));
        made.Bands.ShouldBe(4);
        Pictures.At(made, 0, 16)[3].ShouldBeLessThan((byte)30);
        Pictures.At(made, 31, 16)[3].ShouldBeGreaterThan((byte)220);
    }

    [Fact]
    public async Task Grey_with_alpha_works_in_every_step()
    {
        var pixels = Enumerable.Range(0, 64 * 64).SelectMany(i => (byte[])[(byte)(i % 64 * 4), (byte)(i / 64 * 4)]).ToArray();
        var input = studio.Write(Pictures.As(pixels, 64, 64, 2), "in.png");
        foreach (var step in (string[])["grayscale", "resize:width=32", "thumbnail:size=20,shape=square,gravity=smart", "crop:width=30,height=30", "rotate:angle=30",
            "rotate:angle=90", "flip", "flatten", "blur", "sharpen", "watermark:text=hello", "convert:format=jpeg", "strip"])
        {
            var made = await studio.Develop(input, step);
            made.Width.ShouldBeGreaterThan(0, step);
        }
    }

    [Fact]
    public async Task Transparency_becomes_white_in_jpeg_or_the_colour_asked_for()
    {
        var input = studio.Write(Pictures.Plain(32, 32, 200, 0, 0, 0), "in.png");
        using var white = Studio.Open(await studio.Develop(input, "convert:format=jpeg"));
        Pictures.At(white, 5, 5).ShouldBeNear([255, 255, 255], 2);
        using var blue = Studio.Open(await studio.Develop(input, "convert:format=jpeg,background=#0000ff,quality=100"));
        Pictures.At(blue, 5, 5).ShouldBeNear([0, 0, 255], 4);
        using var flat = Studio.Open(await studio.Develop(input, "flatten:background=#102030"));
        Pictures.At(flat, 5, 5).ShouldBe([0x10, 0x20, 0x30]);
    }
}
