using Revela.Imaging.Models;
using Revela.Imaging.Operations;
using Revela.Imaging.Operations.Resampling;

namespace Revela.Imaging.Cutout.Networks;

/// <summary>Finds the subject by a network of <see cref="ModelTable.Masks"/>. Whether it is right it cannot tell; only that it saw nothing at all.</summary>
sealed class OnnxCutoutEngine : CutoutEngine
{
    // Made for any subject, the best first; those for one kind of picture are run when they are asked for.
    static readonly string[] General = ["birefnet-general", "isnet-general-use", "birefnet-general-lite", "u2net", "silueta", "u2netp"];

    public override string Name => "onnx";

    public override string Version(RemoveBackground.Options options) => Model(options) is { } model ? $"{Inference.Here.Version(model)}-mask-1" : "onnx-none";

    public override string? Missing(RemoveBackground.Options options) => Model(options) is { } model
        ? Inference.Here.Missing(model)
        : $"There is no model {options.Model}; known are {string.Join(", ", ModelTable.Masks.Select(known => known.Name))}.";

    public override long ExtraBytes(int width, int height, RemoveBackground.Options options)
    {
        if (Model(options) is not { } model) return 0;
        return Inference.Here.WeightBytes(model) + ((long)model.WorkingMegabytes << 20)
            + RowResampling.Bytes(width, height, model.Side, model.Side) + RowResampling.Bytes(model.Side, model.Side, width, height);
    }

    public override Finding Find(RgbPicture picture, RemoveBackground.Options options, RunContext context)
    {
        var model = Model(options)!;
        var network = Inference.Here.Open(model, context);
        context.Report(0.1);
        var output = network.Run(MaskChain.Prepare(picture, model), model.Side, model.Side);
        context.Report(0.9);
        var mask = new Mask(picture.Width, picture.Height);
        var sawSomething = Fill(mask, network, output, model);
        return new Finding(mask, sawSomething ? 1 : 0, network.Engine, $"By the network {model.Name}.");
    }

    static bool Fill(Mask mask, Network network, Native.Onnx.OnnxTensor output, MaskModel model)
    {
        try
        {
            var (map, height, width) = MaskChain.Read(output, model.Reading);
            MaskChain.Spread(map, height, width, mask.Height, mask.Width, (y, shares) =>
            {
                var row = mask.Row(y);
                for (var x = 0; x < row.Length; x++) row[x] = (byte)(shares[x] * 255 + 0.5f);
            });
            return map.AsSpan().ContainsAnyExcept(0f);
        }
        catch (ArgumentException)
        {
            throw network.Unexpected(output, "a map");
        }
    }

    /// <summary>The one that was asked for, or the best that is here; null where there is none of the name.</summary>
    static MaskModel? Model(RemoveBackground.Options options)
    {
        if (options.Model is { } name) return ModelTable.Masks.FirstOrDefault(model => model.Name == name);
        var general = General.Select(known => ModelTable.Masks.First(model => model.Name == known)).ToArray();
        return general.FirstOrDefault(model => Inference.Here.Folder.Find(model) is not null) ?? general.First(model => model.Name == "u2net");
    }
}
