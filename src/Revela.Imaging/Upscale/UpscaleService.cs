using Revela.Core.Jobs;
using Revela.Imaging.Operations;

namespace Revela.Imaging.Upscale;

/// <summary>An outside service that makes pictures larger. Workers beside the store call it; where pixels are developed it is only known by name.</summary>
sealed class UpscaleService(string name) : UpscaleEngine
{
    public override string Name => name;

    public override string Version(Operations.Upscale.Options options) => $"{name}-1";

    internal override long ExtraBytes(Shape before, Shape after, Operations.Upscale.Options options) => 0;

    internal override string Enlarge(FramePixels from, FramePixels to, Operations.Upscale.Options options, RunContext context) => throw new StepException(
        $"{name} is an outside service, which only a server and the workers beside it call: send the job to one that has it set up.", ErrorCodes.EngineUnavailable);
}
