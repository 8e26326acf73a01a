using Revela.Imaging.Isolation;
using Revela.Imaging.Models;

namespace Revela.Tests.Imaging.Onnx;

/// <summary>Small networks that take and give what each family of the table does.</summary>
static class Families
{
    /// <summary>One line of the table for each way of feeding and reading a network.</summary>
    public static IReadOnlyList<Model> OneOfEach { get; } =
    [
        .. ModelTable.Masks.GroupBy(model => (model.Side, model.Mean, model.Deviation, model.Reading)).Select(family => family.First()),
        .. ModelTable.Enlargers.GroupBy(model => (model.Scale, model.Multiple)).Select(family => family.First()),
    ];

    /// <summary>Mixes colours and neighbours.</summary>
    public static byte[] Network(Model model) => model switch
    {
        MaskModel mask => Mask(mask, Numbers.Weights(mask.Reading == MaskReading.Classes ? 4 : 1, 3, 3, 3, seed: mask.Name.Length)),
        EnlargingModel enlarging => Enlarging(enlarging.Scale).Network,
        _ => throw new ArgumentException($"{model.Name} is of no family known here.", nameof(model)),
    };

    /// <param name="weights">By output channel, of which there are four for classes.</param>
    public static byte[] Mask(MaskModel model, float[,,,] weights)
    {
        var net = new Net(height: model.Side, width: model.Side, input: "input.1");
        var given = net.Convolve(net.Input, weights, [.. Enumerable.Repeat(0.05f, weights.GetLength(0))]);
        // The U²-Net and IS-Net families end in a logistic node; BiRefNet and the classes are given as they are.
        if (model.Reading is MaskReading.Stretched or MaskReading.StretchedAndClipped) given = net.Sigmoid(given);
        return net.Give(given);
    }

    public static (byte[] Network, float[,,,] Weights) Enlarging(int scale, int seed = 4)
    {
        var net = new Net();
        var weights = Numbers.Weights(3 * scale * scale, 3, 3, 3, seed);
        return (net.Give(net.DepthToSpace(net.Convolve(net.Input, weights, [.. Enumerable.Repeat(0.5f, 3 * scale * scale)]), scale)), weights);
    }

    /// <summary>Children that find one network of each family in a folder, and nothing else there.</summary>
    public static async Task<ChildCommand> In(string folder)
    {
        Darkroom.NeedRuntime();
        var settings = Darkroom.Inference.Options with { Folder = folder };
        var here = new ModelFolder(settings.ModelsFolder);
        foreach (var model in OneOfEach)
        {
            await File.WriteAllBytesAsync(here.PartOf(model), Network(model));
            await here.Accept(model, here.PartOf(model), "a test", anyFile: true, CancellationToken.None);
        }
        return Isolation.Children.Program with { Variables = [.. settings.Variables()] };
    }
}
