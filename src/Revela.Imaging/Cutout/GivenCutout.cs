using Revela.Core.Jobs;
using Revela.Imaging.Native.Vips;
using Revela.Imaging.Operations;

namespace Revela.Imaging.Cutout;

/// <summary>The engine for pictures that were cut out elsewhere: their own transparency is the mask, their colours stay.</summary>
sealed class GivenCutout : CutoutEngine
{
    public override string Name => "given";

    public override string Version(RemoveBackground.Options options) => "given-1";

    public override string? Missing(RemoveBackground.Options options) => null;

    public override long ExtraBytes(int width, int height, RemoveBackground.Options options) => (long)width * height;

    public override RgbPicture Read(VipsImage frame) => frame.HasAlpha
        ? RgbPicture.Under(frame)
        : throw new StepException("Nothing of this picture is transparent, so it has not been cut out.", ErrorCodes.NoClearSubject);

    // What was transparent stays so, whatever an engine finds: here that is all there is to do.
    public override Finding Find(RgbPicture picture, RemoveBackground.Options options, RunContext context)
    {
        var mask = new Mask(picture.Width, picture.Height);
        Array.Fill(mask.Values, byte.MaxValue);
        return new Finding(mask, 1, Version(options), "The picture's own transparency.");
    }
}
