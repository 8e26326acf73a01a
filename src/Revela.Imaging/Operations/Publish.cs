using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Revela.Core.Jobs;
using Revela.Imaging.Operations.Development;

namespace Revela.Imaging.Operations;

/// <summary>Puts the picture where others find it, by an outside service; the bytes pass through.</summary>
public sealed class Publish : Operation<Publish.Options>
{
    public sealed record Options
    {
        [Description("The picture's name there, without an extension; slashes make folders. {name} stands for that field of the job's metadata, {job} for the job's id."), StringLength(1000, MinimumLength = 1)]
        public string To { get; init; } = "{job}";

        [Description("Whether a picture of this name that is there already is replaced; else it stays, and the step is done.")]
        public bool Overwrite { get; init; } = true;
    }

    public override string Name => "publish";
    public override string Summary => "Puts the picture where others find it, byte for byte: engine cloudinary on Cloudinary, engine bucket in a bucket on S3 or a storage that speaks it.";
    public override IReadOnlyList<string> Engines => ["cloudinary", "bucket"];
    public override IReadOnlyList<string> OutsideEngines => Engines;
    public override bool ChangesPixels => false;
    public override bool IsCheckpoint => true;

    // It does something outside, which an earlier result did not.
    public override bool IsDeterministic => false;

    protected override string Version(Options options, string? engine) => engine ?? Engines[0];

    protected override ValueTask Wait(Options options, RunContext context) => throw new StepException(
        "Publishing is done by a server and the workers beside it, which know the target: send the job to one that has it set up.", ErrorCodes.EngineUnavailable);
}
