using Revela.Imaging.Cutout;
using Revela.Imaging.Matting;
using Revela.Imaging.Native.Vips;
using Revela.Tests.Imaging.Operations;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Cutout;

/// <summary>The matting against the pictures of its authors, and its parts against plain reckoning.</summary>
public sealed class MattingTests
{
    [SkippableFact]
    public void At_a_tenth_of_the_lemur_alpha_and_colours_are_those_of_the_papers()
    {
        var scene = Lemur(0.1);
        var (alpha, colours) = scene.Matte();
        scene.Distance(alpha).ShouldBeLessThan(1.68);
        scene.ColourError(colours).ShouldBeLessThan(0.022);
    }

    [SkippableFact]
    public void At_full_size_the_alpha_is_the_solution_and_edges_lose_their_fringe()
    {
        var scene = Lemur(1);
        var (alpha, colours) = scene.Matte();
        // The authors' own program leaves 2.700e-6, as do the same equations solved to 1e-9.
        (Math.Pow(scene.Distance(alpha), 2) / alpha.Length).ShouldBeLessThan(1.05 * 2.700e-6);
        (scene.FringeError(scene.Pixels) / scene.FringeError(colours)).ShouldBeGreaterThan(3);
    }

    [Fact]
    public void The_laplacian_is_that_of_the_paper()
    {
        const int width = 9, height = 8;
        var pixels = Noise(width * height, seed: 3);
        var values = new byte[width * height];
        for (var i = 0; i < values.Length; i++) values[i] = i % width < 3 ? Trimap.Background : i % width > 6 ? Trimap.Subject : Trimap.Unknown;
        var alpha = Estimate(pixels, new Trimap(width, height, values), tolerance: 1e-10);
        var expected = PlainMatting.Solve(pixels, values, width, height);
        for (var i = 0; i < alpha.Length; i++) alpha[i].ShouldBe((float)Math.Clamp(expected[i], 0, 1), 2e-4f, $"pixel {i}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Bands_of_any_form_solve_the_same_equations(int seed)
    {
        const int width = 31, height = 23;
        var random = new Random(seed);
        var pixels = Noise(width * height, seed);
        var values = Enumerable.Range(0, width * height).Select(_ => random.Next(5) switch { 0 => Trimap.Background, 1 => Trimap.Subject, _ => Trimap.Unknown }).ToArray();
        var alpha = Estimate(pixels, new Trimap(width, height, values), tolerance: 1e-10);
        var expected = PlainMatting.Solve(pixels, values, width, height);
        for (var i = 0; i < alpha.Length; i++) alpha[i].ShouldBe((float)Math.Clamp(expected[i], 0, 1), 2e-4f, $"pixel {i}");
    }

    [Fact]
    public void A_matting_ends_on_cancel()
    {
        using var cancel = new CancellationTokenSource();
        var values = Enumerable.Range(0, 400 * 400).Select(i => i < 400 ? Trimap.Background : i >= 399 * 400 ? Trimap.Subject : Trimap.Unknown).ToArray();
        Should.Throw<OperationCanceledException>(() => Estimate(Noise(400 * 400, 1), new Trimap(400, 400, values), 1e-9, cancel));
    }

    [Fact]
    public void A_trimap_is_made_as_rembg_makes_it()
    {
        var mask = new Mask(9, 9);
        for (var y = 2; y < 9; y++) mask.Row(y)[2..9].Fill(255);
        mask.Row(4)[4] = 241;
        var trimap = Trimap.Of(mask, 240, 10, 3);
        // Nothing beyond the picture is subject, so the subject shrinks from its border too; the background does not.
        Row(trimap, 0).ShouldBe(".........");
        Row(trimap, 1).ShouldBe(".????????");
        Row(trimap, 3).ShouldBe(".??#####?");
        Row(trimap, 8).ShouldBe(".????????");

        Row(Trimap.Of(mask, 240, 10, 0), 3).ShouldBe(".??#####?");
        Row(Trimap.Of(mask, 240, 10, 1), 3).ShouldBe("..#######");
        // A square of even side reaches further to the left and up.
        Row(Trimap.Of(mask, 240, 10, 2), 5).ShouldBe("..?######");
    }

    static string Row(Trimap trimap, int y) =>
        string.Concat(trimap.Values.AsSpan(y * trimap.Width, trimap.Width).ToArray().Select(v => v switch { 0 => '.', 255 => '#', _ => '?' }));

    static float[] Estimate(byte[] pixels, Trimap trimap, double tolerance, CancellationTokenSource? cancel = null) =>
        AlphaMatting.Estimate(pixels, trimap, _ => cancel?.Cancel(), cancel?.Token ?? default, tolerance);

    static byte[] Noise(int count, int seed)
    {
        var pixels = new byte[count * 3];
        new Random(seed).NextBytes(pixels);
        return pixels;
    }

    static LemurScene Lemur(double scale) => new(Operations.Files.Shared("matting"), scale);
}
