using Revela.Imaging.Operations;
using Revela.Imaging.Operations.Resampling;

namespace Revela.Imaging.Upscale;

/// <summary>
/// Lanczos with three lobes in linear light, colours weighed by alpha, held between neighbours so that edges get no halo.
/// It finds out nothing that the picture does not show.
/// </summary>
sealed class LanczosEngine : UpscaleEngine
{
    const int RowsPerPulse = 32;

    public override string Name => "lanczos";

    public override string Version(Operations.Upscale.Options options) => "lanczos-1";

    internal override long ExtraBytes(Shape before, Shape after, Operations.Upscale.Options options) =>
        RowResampling.Bytes(before.Width, before.Height, after.Width, after.Height);

    internal override string Enlarge(FramePixels from, FramePixels to, Operations.Upscale.Options options, RunContext context)
    {
        using var rows = new RowResampling(from.Width, from.Height, to.Width, to.Height, calm: true, from.ReadWeighedLight);
        var row = new float[to.Width * 4];
        for (var y = 0; y < to.Height; y++)
        {
            if (y % RowsPerPulse == 0) Pulse(context, (double)y / to.Height);
            rows.Row(y, row);
            to.WriteWeighedLight(y, row);
        }
        return Version(options);
    }

    static void Pulse(RunContext context, double done)
    {
        context.Cancel.ThrowIfCancellationRequested();
        context.Report(done);
    }
}
