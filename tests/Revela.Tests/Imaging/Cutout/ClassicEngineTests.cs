using Revela.Imaging.Native.Vips;
using Revela.Services;
using Revela.Tests.Imaging.Operations;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Revela.Tests.Imaging.Cutout;

/// <summary>What the engine without a model is worth, by intersection over union with true cutouts.</summary>
public sealed class ClassicEngineTests(ITestOutputHelper output) : IDisposable
{
    readonly Studio studio = new();

    public void Dispose() => studio.Dispose();

    [Fact]
    public async Task Catalogue_shots_are_cut_out_with_their_holes_and_thin_parts_and_without_their_shadows()
    {
        // All two hundred in the long run.
        var count = Soak.IsWhole ? 200 : 20;
        var overlaps = new List<double>();
        for (var number = 0; number < count; number++) overlaps.Add(await CutShot(number));
        output.WriteLine($"mean {overlaps.Average():0.0000}, least {overlaps.Min():0.000}");
        overlaps.Average().ShouldBeGreaterThan(0.97);
    }

    [SkippableFact]
    public async Task In_scenes_nothing_wrong_is_delivered_as_sure_and_the_mean_is_fair()
    {
        var overlaps = new List<double>();
        foreach (var photo in Directory.GetFiles(Operations.Files.Shared("photos"), "*.jpg").Order(StringComparer.Ordinal))
        {
            var truth = Path.ChangeExtension(photo, ".cutout.png");
            if (!File.Exists(truth)) continue;
            var (overlap, confidence) = await Cut(photo, TrueAlpha(truth));
            output.WriteLine($"{Path.GetFileName(photo)}: {overlap:0.000}, sure to {confidence:0.00}");
            (overlap < 0.5 && confidence >= 0.5).ShouldBeFalse(photo);
            overlaps.Add(overlap);
        }
        overlaps.Average().ShouldBeGreaterThan(0.65);
    }

    async Task<double> CutShot(int number)
    {
        var shot = new CatalogueShot(number);
        using var image = VipsImage.Of(shot.Pixels, shot.Width, shot.Height, 3);
        var (overlap, confidence) = await Cut(studio.Write(image, $"shot-{number}.png"), shot.Alpha);
        if (overlap < 0.95) output.WriteLine($"shot {number}: {overlap:0.000}, sure to {confidence:0.00}");
        return overlap;
    }

    async Task<(double Overlap, double Confidence)> Cut(string path, IReadOnlyList<double> truth)
    {
        var made = await studio.Develop(path, "remove-background:min-confidence=0,only-mask=true,alpha-matting-erode-size=4");
        using var mask = Studio.Open(made);
        var pixels = mask.Pixels();
        int both = 0, either = 0;
        for (var i = 0; i < truth.Count; i++)
        {
            bool found = pixels[i] > 127, there = truth[i] > 0.5;
            if (found && there) both++;
            if (found || there) either++;
        }
        return ((double)both / either, made.Data!["cutout"]!["confidence"]!.GetValue<double>());
    }

    static double[] TrueAlpha(string path)
    {
        using var image = Studio.Open(path);
        return [.. image.Pixels().Chunk(image.Bands).Select(pixel => pixel[^1] / 255.0)];
    }
}
