using Revela.Core.Jobs;
using Revela.Imaging.Operations;

namespace Revela.Imaging.Cutout;

/// <summary>An outside service that cuts out. Workers beside the store call it; where pixels are developed it is only known by name.</summary>
sealed class CutoutService(string name) : CutoutEngine
{
    public override string Name => name;

    // What comes back is finished here, so both who asks and who finishes are in it.
    public override string Version(RemoveBackground.Options options) => $"{name}-1";

    public override string? Missing(RemoveBackground.Options options) =>
        $"{name} is an outside service, which only a server and the workers beside it call: send the job to one that has it set up.";

    public override long ExtraBytes(int width, int height, RemoveBackground.Options options) => (long)width * height;

    public override Finding Find(RgbPicture picture, RemoveBackground.Options options, RunContext context) =>
        throw new StepException(Missing(options)!, ErrorCodes.EngineUnavailable);
}
