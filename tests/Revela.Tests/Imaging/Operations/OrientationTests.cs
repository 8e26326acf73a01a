using Revela.Imaging.Native.Vips;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Operations;

public sealed class OrientationTests : IDisposable
{
    readonly Studio studio = new();

    public void Dispose() => studio.Dispose();

    public static TheoryData<string, int> All()
    {
        var all = new TheoryData<string, int>();
        foreach (var kind in (string[])["Landscape", "Portrait"])
            for (var orientation = 1; orientation <= 8; orientation++) all.Add(kind, orientation);
        return all;
    }

    [SkippableTheory, MemberData(nameof(All))]
    public async Task All_eight_orientations_give_the_same_upright_picture(string kind, int orientation) =>
        await Same(kind, orientation, 3, "resize:width=240,height=240", "convert:format=png");

    [SkippableTheory, MemberData(nameof(All))]
    public async Task All_eight_orientations_give_the_same_grey_picture_read_by_luma(string kind, int orientation) =>
        await Same(kind, orientation, 3, "grayscale", "convert:quality=90", "resize:width=240,height=240");

    [SkippableTheory, MemberData(nameof(All))]
    public async Task When_nothing_but_turning_is_asked_each_orientation_comes_out_upright(string kind, int orientation)
    {
        var file = Files.Shared($"torture/orientation/{kind}_{orientation}.jpg");
        using var stored = Studio.Open(file);
        using var upright = VipsOperation.Call("autorot", ("in", stored));
        foreach (var step in (string[])["rotate", "grayscale"])
        {
            var made = await studio.Develop(file, step);
            // Of 1800 × 1200 pixels, blocks of 8 are whole and those of 16 are not.
            if (step == "grayscale") made.Engine.ShouldStartWith("turbojpeg");
            using var actual = Studio.Open(made);
            actual.GetInt("orientation").GetValueOrDefault(1).ShouldBe(1);
            (actual.Width, actual.Height).ShouldBe((made.Width, made.Height));
            using var expected = step == "rotate" ? upright.Share() : Studio.Open(await studio.Develop(studio.Write(upright, $"{kind}{orientation}.png"), step));
            Pictures.Difference(actual, expected).ShouldBeLessThan(step == "grayscale" ? 1 : 2.5);
        }
    }

    async Task Same(string kind, int orientation, double tolerance, params string[] steps)
    {
        using var expected = Studio.Open(await studio.Develop(Files.Shared($"torture/orientation/{kind}_1.jpg"), steps));
        var made = await studio.Develop(Files.Shared($"torture/orientation/{kind}_{orientation}.jpg"), steps);
        using var actual = Studio.Open(made);
        actual.GetInt("orientation").GetValueOrDefault(1).ShouldBe(1);
        (made.Width, made.Height).ShouldBe((actual.Width, actual.Height));
        Pictures.Difference(actual, expected).ShouldBeLessThan(tolerance);
    }
}
