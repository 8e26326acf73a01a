using Revela.Imaging.Native.TurboJpeg;
using Revela.Imaging.Native.Vips;
using Revela.Imaging.Operations;
using Revela.Imaging.Operations.Development;

namespace Revela.Imaging.Upscale;

/// <summary>Who makes a picture larger for <c>upscale</c>. An engine is one file and one line in <see cref="Upscaling.Engines"/>.</summary>
public abstract class UpscaleEngine
{
    /// <summary>As a step names it.</summary>
    public abstract string Name { get; }

    /// <summary>What would run with these options; raised whenever pixels come out differently, since results are kept under it (law 6).</summary>
    public abstract string Version(Operations.Upscale.Options options);

    /// <summary>Bytes held at the peak beside the frames and the result (law 8).</summary>
    internal abstract long ExtraBytes(Shape before, Shape after, Operations.Upscale.Options options);

    /// <summary>Fills the result, and says who ran. Runs in the decoding child; looks at the cancellation at least every few seconds, or every tile.</summary>
    /// <param name="context">Takes the share of this frame that is done, 0–1.</param>
    internal abstract string Enlarge(FramePixels from, FramePixels to, Operations.Upscale.Options options, RunContext context);
}

/// <summary>The table of engines, the default first, and what is the same for all of them.</summary>
static class Upscaling
{
    public static IReadOnlyList<UpscaleEngine> Engines { get; } =
    [
        new LanczosEngine(),
        new OnnxUpscaleEngine(),
        new UpscaleService("clipdrop"),
    ];

    public static IReadOnlyList<string> Services { get; } = [.. Engines.OfType<UpscaleService>().Select(engine => engine.Name)];

    public static UpscaleEngine Named(string? name) => name is null ? Engines[0] : Engines.First(engine => engine.Name == name);

    public static void Apply(Picture picture, UpscaleEngine engine, int width, int height, Operations.Upscale.Options options)
    {
        picture.ToMemory();
        var (done, all) = (0, picture.Frames.Count);
        picture.Each(frame =>
        {
            var context = picture.Context with { Report = share => picture.Context.Report((done + share) / all) };
            var larger = Enlarged(picture, frame, engine, width, height, options, context);
            done++;
            return larger;
        });
    }

    static VipsImage Enlarged(Picture picture, VipsImage frame, UpscaleEngine engine, int width, int height, Operations.Upscale.Options options, RunContext context)
    {
        var from = FramePixels.Of(frame);
        var room = NativeBytes.Allocate((nuint)from.Bytes(width, height));
        picture.Own(room);
        picture.Engine = engine.Enlarge(from, from.Like(room, width, height), options, context);
        var larger = VipsImage.Over(room.Address, width, height, frame.Bands, frame.Interpretation, frame.Format);
        frame.CopyMetadataTo(larger);
        return larger;
    }
}
