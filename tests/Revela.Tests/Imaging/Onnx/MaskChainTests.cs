using Revela.Imaging.Cutout;
using Revela.Imaging.Cutout.Networks;
using Revela.Imaging.Models;
using Revela.Imaging.Native.Onnx;
using Revela.Imaging.Native.Vips;
using Revela.Tests.Imaging.Operations;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Onnx;

/// <summary>
/// Picture to network to mask, for every line of the table, against plain computation in double precision. The networks are made here: a
/// convolution that mixes colours and neighbours, then what the family's own last nodes do.
/// </summary>
public sealed class MaskChainTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("revela-masks-").FullName;

    public static TheoryData<string> Names => [.. ModelTable.Masks.Select(model => model.Name)];

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void The_whole_chain_is_as_plain_computation_says(string name)
    {
        var model = (MaskModel)ModelTable.Find(name)!;
        using var frame = Pictures.Gradient(83, 61);
        using var picture = RgbPicture.Of(frame);
        var channels = model.Reading == MaskReading.Classes ? 4 : 1;
        var weights = Numbers.Weights(channels, 3, 3, 3, seed: name.Length);
        using var session = Open(weights, model);

        var prepared = MaskChain.Prepare(picture, model);
        var output = session.Run(new OnnxTensor(prepared, 1, 3, model.Side, model.Side), default);
        var (map, height, width) = MaskChain.Read(output, model.Reading);
        var shares = new float[61][];
        MaskChain.Spread(map, height, width, 61, 83, (y, row) => shares[y] = [.. row]);

        var expected = Expected(frame.Pixels(), 83, 61, weights, model);
        var worst = 0.0;
        for (var y = 0; y < 61; y++)
            for (var x = 0; x < 83; x++) worst = Math.Max(worst, Math.Abs(shares[y][x] - expected[y * 83 + x]));
        worst.ShouldBeLessThan(1e-4);
        (shares.Max(row => row.Max()) - shares.Min(row => row.Min())).ShouldBeGreaterThan(0.3f);
    }

    [Theory]
    [InlineData(MaskReading.Stretched)]
    [InlineData(MaskReading.LogisticStretched)]
    [InlineData(MaskReading.StretchedAndClipped)]
    public void A_flat_map_and_one_of_no_numbers_show_nothing(MaskReading reading)
    {
        foreach (var value in (float[])[0, 0.7f, -30, float.NaN, float.PositiveInfinity])
            MaskChain.Read(new OnnxTensor([value, value, value, value], 1, 1, 2, 2), reading).Map.ShouldAllBe(share => share == 0);
    }

    [Fact]
    public void A_black_picture_is_no_division_by_zero()
    {
        using var frame = Pictures.Plain(5, 5, 0, 0, 0);
        using var picture = RgbPicture.Of(frame);
        MaskChain.Prepare(picture, ModelTable.Masks[0]).ShouldAllBe(number => float.IsFinite(number));
    }

    OnnxSession Open(float[,,,] weights, MaskModel model)
    {
        var path = Path.Combine(folder, "net.onnx");
        File.WriteAllBytes(path, Families.Mask(model, weights));
        return new OnnxSession(Darkroom.Runtime, path, threads: 2);
    }

    static double[] Expected(byte[] pixels, int width, int height, float[,,,] weights, MaskModel model)
    {
        var side = model.Side;
        var planes = Enumerable.Range(0, 3).Select(band => Resized([.. pixels.Where((_, i) => i % 3 == band).Select(v => (double)v)], width, height, side, side)).ToArray();
        var all = planes.SelectMany(plane => plane).Select(v => Math.Clamp(v, 0, 255)).ToArray();
        var greatest = all.Max();
        double[] mean = [model.Mean.Red, model.Mean.Green, model.Mean.Blue], deviation = [model.Deviation.Red, model.Deviation.Green, model.Deviation.Blue];
        var given = all.Select((v, i) => (float)((v / greatest - mean[i / (side * side)]) / deviation[i / (side * side)])).ToArray();
        var output = Numbers.Convolve(given, 3, side, side, weights, [.. Enumerable.Repeat(0.05f, weights.GetLength(0))]);
        var map = model.Reading == MaskReading.Classes ? Classes(output, side * side) : Stretched([.. output.Select(v => 1 / (1 + Math.Exp(-v)))]);
        return [.. Resized(map, side, side, width, height).Select(v => Math.Clamp(v, 0, 1))];
    }

    static double[] Stretched(double[] map)
    {
        var (least, greatest) = (map.Min(), map.Max());
        return [.. map.Select(v => (v - least) / (greatest - least))];
    }

    static double[] Classes(double[] output, int pixels) => [.. Enumerable.Range(0, pixels).Select(i =>
    {
        var classes = Enumerable.Range(0, 4).Select(channel => output[channel * pixels + i]).ToArray();
        return Array.IndexOf(classes, classes.Max()) == 0 ? 0.0 : 1.0;
    })];

    /// <summary>Lanczos with three lobes, each number from all that reach it, by definition.</summary>
    static double[] Resized(double[] from, int width, int height, int toWidth, int toHeight)
    {
        var across = Line(width, toWidth);
        var down = Line(height, toHeight);
        var rows = new double[height * toWidth];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < toWidth; x++) rows[y * toWidth + x] = across[x].Sum(part => part.Weight * from[y * width + part.Place]);
        var result = new double[toHeight * toWidth];
        for (var y = 0; y < toHeight; y++)
            for (var x = 0; x < toWidth; x++) result[y * toWidth + x] = down[y].Sum(part => part.Weight * rows[part.Place * toWidth + x]);
        return result;
    }

    static (int Place, double Weight)[][] Line(int from, int to)
    {
        var (step, stretch) = ((double)from / to, Math.Max(1, (double)from / to));
        return [.. Enumerable.Range(0, to).Select(i =>
        {
            var parts = Enumerable.Range(0, from).Select(place => (Place: place, Weight: Kernel((place - ((i + 0.5) * step - 0.5)) / stretch))).Where(part => part.Weight != 0).ToArray();
            var sum = parts.Sum(part => part.Weight);
            return parts.Select(part => (part.Place, part.Weight / sum)).ToArray();
        })];
    }

    static double Kernel(double x) => x == 0 ? 1 : Math.Abs(x) >= 3 ? 0 : 3 * Math.Sin(Math.PI * x) * Math.Sin(Math.PI * x / 3) / (Math.PI * Math.PI * x * x);

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
