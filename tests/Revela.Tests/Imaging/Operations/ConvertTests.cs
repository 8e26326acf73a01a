using Revela.Core.Jobs;
using Revela.Imaging.Native.Vips;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Operations;

public sealed class ConvertTests : IDisposable
{
    readonly Studio studio = new();

    public void Dispose() => studio.Dispose();

    static readonly string[] Inputs = ["in.jpg", "in.png", "in.webp", "in.gif", "in.tiff", "in.avif"];

    [Theory]
    [InlineData("jpeg", ".jpg")]
    [InlineData("png", ".png")]
    [InlineData("webp", ".webp")]
    [InlineData("gif", ".gif")]
    [InlineData("tiff", ".tiff")]
    [InlineData("avif", ".avif")]
    public async Task Every_format_becomes_every_other(string format, string ending)
    {
        using var source = Pictures.Gradient(64, 48);
        foreach (var name in Inputs)
        {
            var made = await studio.Develop(studio.Write(source, name), $"convert:format={format}");
            Path.GetExtension(made.Path).ShouldBe(ending);
            made.ContentType.ShouldBe($"image/{format}");
            Studio.TypeOf(made.Path).ShouldBe(made.ContentType);
            (made.Width, made.Height, made.Frames).ShouldBe((64, 48, 1));
            made.Bytes.ShouldBe(new FileInfo(made.Path).Length);
            made.Sha256.ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(made.Path))));
            using var picture = Studio.Open(made);
            Pictures.At(picture, 32, 24)[..3].ShouldBeNear(Pictures.At(source, 32, 24), 16);
        }
    }

    [Theory]
    [InlineData("in.jpg", "image/jpeg")]
    [InlineData("in.png", "image/png")]
    [InlineData("in.webp", "image/webp")]
    [InlineData("in.gif", "image/png")]
    [InlineData("in.tiff", "image/tiff")]
    [InlineData("in.avif", "image/avif")]
    public async Task A_format_that_no_step_names_stays_but_a_still_gif_becomes_png(string name, string contentType) =>
        (await studio.Develop(studio.Write(Pictures.Gradient(64, 48), name), "resize:width=32")).ContentType.ShouldBe(contentType);

    [Theory]
    [InlineData("jpeg")]
    [InlineData("webp")]
    [InlineData("avif")]
    public async Task A_lower_quality_makes_a_smaller_file(string format)
    {
        var input = Files.Sample("coffee.png");
        var fine = await studio.Develop(input, "resize:width=200", $"convert:format={format},quality=90");
        var coarse = await studio.Develop(input, "resize:width=200", $"convert:format={format},quality=30");
        coarse.Bytes.ShouldBeLessThan(fine.Bytes);
    }

    [Theory]
    [InlineData("webp")]
    [InlineData("png")]
    [InlineData("tiff")]
    public async Task Lossless_keeps_the_pixels(string format)
    {
        using var source = Studio.Open(Files.Sample("chelsea.png"));
        using var made = Studio.Open(await studio.Develop(Files.Sample("chelsea.png"), $"convert:format={format},lossless=true,effort=1"));
        made.Pixels().ShouldBe(source.Pixels());
    }

    [Fact]
    public async Task Lossless_avif_is_off_by_no_more_than_its_colour_rounding()
    {
        using var source = Studio.Open(Files.Sample("chelsea.png"));
        using var made = Studio.Open(await studio.Develop(Files.Sample("chelsea.png"), "convert:format=avif,lossless=true,effort=1"));
        source.Pixels().Zip(made.Pixels(), (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task Progressive_jpeg_is_made_from_pixels_and_without_loss()
    {
        using var pixels = Studio.Open(await studio.Develop(Files.Sample("coffee.png"), "convert:format=jpeg,progressive=true"));
        pixels.GetInt("jpeg-multiscan").ShouldBe(1);
        var baseline = studio.Write(Pictures.Gradient(64, 48), "in.jpg", ("Q", 90));
        var made = await studio.Develop(baseline, "convert:format=jpeg,progressive=true");
        made.Engine.ShouldStartWith("turbojpeg");
        using var lossless = Studio.Open(made);
        using var before = Studio.Open(baseline);
        lossless.GetInt("jpeg-multiscan").ShouldBe(1);
        lossless.Pixels().ShouldBe(before.Pixels());
    }

    [Theory]
    [InlineData("in.jpg")]
    [InlineData("in.png")]
    [InlineData("in.webp")]
    public async Task Steps_that_change_nothing_leave_the_coded_picture_alone(string name)
    {
        var input = studio.Write(Pictures.Gradient(64, 48), name);
        var format = name == "in.jpg" ? "jpeg" : name[3..];
        foreach (var steps in (string[][])[["resize:width=4000"], ["thumbnail:size=64"], ["rotate"], [$"convert:format={format}"], ["strip", "pause:seconds=0"]])
        {
            var made = await studio.Develop(input, steps);
            made.Engine.ShouldNotStartWith("vips");
            using var before = Studio.Open(input);
            using var after = Studio.Open(made);
            after.Pixels().ShouldBe(before.Pixels());
        }
    }

    [Fact]
    public async Task A_side_longer_than_the_format_allows_fails_before_writing()
    {
        var input = studio.Write(Pictures.Plain(17_000, 4, 9, 9, 9), "in.png");
        (await studio.Fail(input, "convert:format=webp")).Code.ShouldBe(ErrorCodes.OutputTooLarge);
    }

    [Fact]
    public async Task Animations_stay_animated_in_webp_and_gif_and_are_their_first_frame_elsewhere()
    {
        using var animation = Pictures.Animation(40, 30, [255, 0, 0], [0, 255, 0], [0, 0, 255]);
        foreach (var name in (string[])["in.gif", "in.webp"])
        {
            var input = studio.Write(animation, name);
            foreach (var (step, frames, type) in ((string, int, string)[])[
                ("convert:format=webp", 3, "image/webp"), ("convert:format=gif", 3, "image/gif"), ("convert:format=png", 1, "image/png"), ("convert:format=jpeg", 1, "image/jpeg")])
            {
                var made = await studio.Develop(input, step);
                (made.Frames, made.Width, made.Height, made.ContentType).ShouldBe((frames, 40, 30, type), step);
            }
        }
    }

    [Fact]
    public async Task Every_step_keeps_the_frames_apart()
    {
        using var animation = Pictures.Animation(64, 48, [250, 0, 0], [0, 250, 0], [0, 0, 250]);
        var input = studio.Write(animation, "in.gif");
        foreach (var step in (string[])["resize:width=32", "thumbnail:size=20,shape=square,gravity=smart", "crop:width=30,height=30", "rotate:angle=90", "rotate:angle=20",
            "flip:direction=vertical", "blur", "sharpen", "watermark:text=mine", "grayscale", "strip", "flatten"])
        {
            var made = await studio.Develop(input, step, "convert:format=webp,lossless=true");
            made.Frames.ShouldBe(3, step);
            using var tall = VipsOperation.Call("webpload", ("filename", made.Path), ("n", -1));
            tall.Height.ShouldBe(3 * made.Height);
            if (step is "grayscale" or "flatten") continue;
            for (var frame = 0; frame < 3; frame++)
                Pictures.At(tall, made.Width / 2, frame * made.Height + made.Height / 2)[frame].ShouldBeGreaterThan((byte)200, step);
        }
    }

    [Fact]
    public async Task The_pace_of_an_animation_is_kept()
    {
        using var animation = Pictures.Animation(40, 30, [255, 0, 0], [0, 255, 0], [0, 0, 255]);
        using var paced = animation.Copy();
        var input = studio.Write(paced, "in.webp");
        using var before = VipsOperation.Call("webpload", ("filename", input), ("n", -1));
        var made = await studio.Develop(input, "resize:width=20");
        using var after = VipsOperation.Call("webpload", ("filename", made.Path), ("n", -1));
        after.GetText("delay").ShouldBe(before.GetText("delay"));
    }
}
