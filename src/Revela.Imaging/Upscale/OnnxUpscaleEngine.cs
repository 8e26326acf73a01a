using Revela.Imaging.Models;
using Revela.Imaging.Operations;
using Revela.Imaging.Operations.Resampling;

namespace Revela.Imaging.Upscale;

/// <summary>
/// A network of the Real-ESRGAN family, tile by tile; then Lanczos to the very size that was asked for. Alpha goes its own way, by Lanczos.
/// </summary>
sealed class OnnxUpscaleEngine : UpscaleEngine
{
    const string DefaultModel = "realesr-general-x4v3";

    public const string OwnName = "onnx";

    public override string Name => OwnName;

    public override string Version(Operations.Upscale.Options options) => $"{Inference.Here.Version(Model(options))}-tiles-1";

    internal override long ExtraBytes(Shape before, Shape after, Operations.Upscale.Options options)
    {
        var model = Model(options);
        return Inference.Here.WeightBytes(model) + Grid(before.Width, before.Height, model, fixedSize: null).Bytes(model)
            + RowResampling.Bytes(before.Width * model.Scale, before.Height * model.Scale, after.Width, after.Height)
            + RowResampling.Bytes(before.Width, before.Height, after.Width, after.Height);
    }

    internal override string Enlarge(FramePixels from, FramePixels to, Operations.Upscale.Options options, RunContext context)
    {
        var model = Model(options);
        var network = Inference.Here.Open(model, context);
        using var tiles = new TiledRun(from, model, network, Grid(from.Width, from.Height, model, network.FixedSize), context);
        using var colours = new RowResampling(tiles.Width, tiles.Height, to.Width, to.Height, calm: false, tiles.Row);
        using var alphas = new RowResampling(from.Width, from.Height, to.Width, to.Height, calm: true, from.ReadAlpha);
        var isExact = (tiles.Width, tiles.Height) == (to.Width, to.Height);
        var (colour, alpha) = (new float[to.Width * 4], new float[to.Width * 4]);
        for (var y = 0; y < to.Height; y++)
        {
            if (isExact) tiles.Row(y, colour);
            else colours.Row(y, colour);
            if (from.HasAlpha) alphas.Row(y, alpha);
            to.Write(y, colour, alpha);
        }
        return network.Engine;
    }

    static TileGrid Grid(int width, int height, EnlargingModel model, (int Height, int Width)? fixedSize) =>
        TileGrid.Of(width, height, model, (long)Inference.Here.Options.TileMegabytes << 20, fixedSize);

    static EnlargingModel Model(Operations.Upscale.Options options) => ModelTable.Enlargers.First(model => model.Name == (options.Model ?? DefaultModel));
}
