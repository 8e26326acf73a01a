using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Imaging.Native.Vips;
using Revela.Tests.Imaging.Operations;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Cutout;

public sealed class RemoveBackgroundTests : IDisposable
{
    readonly Studio studio = new();

    public void Dispose() => studio.Dispose();

    [Fact]
    public async Task A_thing_on_a_plain_backdrop_is_cut_out_as_a_transparent_png()
    {
        var made = await studio.Develop(Ball("ball.jpg"), "remove-background");
        made.ContentType.ShouldBe("image/png");
        using var image = Studio.Open(made);
        (image.Width, image.Height, image.Bands).ShouldBe((240, 180, 4));
        Alpha(image, 120, 90).ShouldBe(255);
        Alpha(image, 3, 3).ShouldBe(0);
        Alpha(image, 20, 90).ShouldBe(0);
    }

    [Fact]
    public async Task The_result_says_who_cut_it_out_why_and_how_sure_it_is()
    {
        var made = await studio.Develop(Ball("ball.png"), "remove-background");
        made.Engine.ShouldStartWith("classic-");
        var told = made.Data!["cutout"]!;
        told["engine"]!.GetValue<string>().ShouldBe(made.Engine);
        told["why"]!.GetValue<string>().ShouldNotBeNullOrWhiteSpace();
        told["how"]!.GetValue<string>().ShouldNotBeNullOrWhiteSpace();
        told["confidence"]!.GetValue<double>().ShouldBeInRange(0.5, 1);
    }

    [Fact]
    public async Task Where_there_is_no_clear_subject_nothing_is_delivered()
    {
        var noise = new byte[200 * 200 * 3];
        new Random(5).NextBytes(noise);
        using var image = VipsImage.Of(noise, 200, 200, 3);
        var input = studio.Write(image, "noise.png");
        var error = await studio.Fail(input, "remove-background");
        (error.Code, error.Retryable).ShouldBe((ErrorCodes.NoClearSubject, false));

        using var flat = VipsImage.Of(Enumerable.Repeat((byte)200, 64 * 64 * 3).ToArray(), 64, 64, 3);
        (await studio.Fail(studio.Write(flat, "flat.png"), "remove-background")).Code.ShouldBe(ErrorCodes.NoClearSubject);
    }

    [Fact]
    public async Task Only_the_mask_a_colour_behind_and_the_cut_to_the_subject_are_to_be_had()
    {
        var input = Ball("ball.png");
        using var mask = Studio.Open(await studio.Develop(input, "remove-background:only-mask=true"));
        (mask.Bands, mask.Width).ShouldBe((1, 240));

        using var coloured = Studio.Open(await studio.Develop(input, "remove-background:bgcolor=#ff00ff"));
        coloured.Pixels().Take(4).ShouldBe([255, 0, 255, 255]);

        var cropped = await studio.Develop(input, "remove-background:crop-to-subject=true");
        cropped.Width.ShouldBeInRange(96, 108);
        cropped.Height.ShouldBeInRange(96, 108);
    }

    [Fact]
    public async Task What_was_transparent_stays_so()
    {
        var pixels = BallPixels().Chunk(3).SelectMany((p, i) => (byte[])[.. p, i % 240 < 120 ? (byte)0 : (byte)255]).ToArray();
        using var image = VipsImage.Of(pixels, 240, 180, 4);
        using var cut = Studio.Open(await studio.Develop(studio.Write(image, "half.png"), "remove-background:min-confidence=0"));
        Alpha(cut, 100, 90).ShouldBe(0);
    }

    [Fact]
    public async Task The_edge_is_matted_and_its_colours_are_the_subjects_own()
    {
        var made = await studio.Develop(Ball("ball.png"), "remove-background");
        made.Data!["cutout"]!["matting"]!.GetValue<string>().ShouldBe("closed-form");
        var plain = await studio.Develop(Ball("ball.png"), "remove-background:alpha-matting=false");
        plain.Data!["cutout"]!["matting"]!.GetValue<string>().ShouldBe("none");
    }

    [Fact]
    public async Task A_shadow_is_dropped_kept_or_made()
    {
        var input = Ball("shade.png", shadow: true);
        using var dropped = Studio.Open(await studio.Develop(input, "remove-background"));
        using var kept = Studio.Open(await studio.Develop(input, "remove-background:shadow=keep"));
        using var soft = Studio.Open(await studio.Develop(input, "remove-background:shadow=soft"));
        Alpha(dropped, 120, 158).ShouldBeLessThan(10);
        Alpha(kept, 120, 158).ShouldBeInRange(20, 140);
        Alpha(kept, 5, 5).ShouldBeLessThan(8);
        Alpha(soft, 120, 143).ShouldBeInRange(10, 140);
    }

    [Fact]
    public async Task Larger_pictures_than_the_base_size_are_matted_small()
    {
        using var cut = Studio.Open(await studio.Develop(Ball("ball.png"), "remove-background:alpha-matting-base-size=100"));
        (cut.Width, Alpha(cut, 120, 90), Alpha(cut, 3, 3)).ShouldBe((240, 255, 0));
    }

    [Fact]
    public void Memory_is_told_on_the_safe_side_and_stays_bounded()
    {
        int Megabytes(string step, int width, int height) =>
            Studio.Catalog.Megabytes([Studio.Catalog.Parse(step)], new Revela.Core.Assets.ImageHeader("image/jpeg", width, height, 1, 3, 8));
        Megabytes("remove-background", 4000, 3000).ShouldBeInRange(500, 1536);
        Megabytes("remove-background:alpha-matting=false,only-mask=true", 4000, 3000).ShouldBeLessThan(Megabytes("remove-background", 4000, 3000));
    }

    [Fact]
    public void It_is_a_checkpoint_and_an_engine_that_is_not_there_is_a_mistake()
    {
        Studio.Catalog.Find("remove-background")!.IsCheckpoint.ShouldBeTrue();
        var mistakes = new List<string>();
        Studio.Catalog.Normalise(new Step("remove-background", [], Engine: "magic"), mistakes).ShouldBeNull();
        mistakes.ShouldHaveSingleItem().ShouldContain("auto");
    }

    [Fact]
    public void The_engine_is_part_of_what_results_are_kept_under() =>
        Studio.Catalog.EngineVersion(Studio.Catalog.Parse("remove-background")).ShouldStartWith("classic-");

    string Ball(string name, bool shadow = false)
    {
        using var image = VipsImage.Of(BallPixels(shadow), 240, 180, 3);
        return studio.Write(image, name);
    }

    // A ball of 100 pixels with a pattern, on light grey with a little noise; its shadow lies below it.
    static byte[] BallPixels(bool shadow = false)
    {
        var random = new Random(1);
        var pixels = new byte[240 * 180 * 3];
        for (var i = 0; i < 240 * 180; i++)
        {
            int x = i % 240 - 120, y = i / 240 - 90;
            var inside = x * x + y * y < 50 * 50;
            var dark = inside && (x / 7 + y / 7) % 2 == 0;
            var light = shadow ? 1 - 0.45 * Math.Exp(-(x * x / 1800.0 + Math.Pow(y - 62, 2) / 200)) : 1;
            for (var band = 0; band < 3; band++)
                pixels[i * 3 + band] = (byte)((inside ? dark ? 40 : 90 + 50 * band : 225 * light) + random.Next(-3, 4));
        }
        return pixels;
    }

    static int Alpha(VipsImage image, int x, int y) => image.Pixels()[(y * image.Width + x) * 4 + 3];
}
