using Revela.Imaging.Native.Vips;
using Revela.Imaging.Operations;

namespace Revela.Imaging.Cutout;

/// <summary>Who finds the subject of a picture for <c>remove-background</c>. An engine is one file and one line in <see cref="CutoutEngines"/>.</summary>
public abstract class CutoutEngine
{
    /// <summary>As a step names it: <c>classic</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What would run with these options, such as <c>classic-1</c>; raised whenever masks come out differently, since results are kept under it (law 6).</summary>
    public abstract string Version(RemoveBackground.Options options);

    /// <summary>Null when it can run here with these options; otherwise one sentence for people: what is missing, and the command that mends it. Must be cheap.</summary>
    public abstract string? Missing(RemoveBackground.Options options);

    /// <summary>Bytes that <see cref="Find"/> holds at its peak beside the picture (law 8); a model that stays loaded counts.</summary>
    public abstract long ExtraBytes(int width, int height, RemoveBackground.Options options);

    /// <summary>The picture as the engine is to see it, whose colours the cutout has.</summary>
    /// <exception cref="StepException">It is none that this engine can work on.</exception>
    public virtual RgbPicture Read(VipsImage frame) => RgbPicture.Of(frame);

    /// <summary>Finds the subject. Runs in the decoding child, one run at a time; looks at the cancellation every few hundred milliseconds.</summary>
    /// <param name="context">Takes the share of this search that is done, 0–1.</param>
    public abstract Finding Find(RgbPicture picture, RemoveBackground.Options options, RunContext context);
}

/// <summary>What an engine found.</summary>
/// <param name="Mask">As large as the picture.</param>
/// <param name="Confidence">0–1: how likely it is that the mask is the subject (IoU of 0.5 and more); 1 where an engine cannot tell.</param>
/// <param name="Engine">Who really ran, such as <c>onnx-u2net-1</c>.</param>
/// <param name="How">One sentence for people: by what it was found.</param>
public sealed record Finding(Mask Mask, double Confidence, string Engine, string How);
