using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Revela.Core.Jobs;
using Revela.Imaging.Cutout;
using Revela.Imaging.Operations.Binding;
using Revela.Imaging.Operations.Development;

namespace Revela.Imaging.Operations;

/// <summary>Cuts the subject out: what is behind it becomes transparent.</summary>
public sealed class RemoveBackground : Operation<RemoveBackground.Options>
{
    public sealed record Options
    {
        [Description("The model of an engine that has several; the engine's own choice when absent."), StringLength(100, MinimumLength = 1)]
        public string? Model { get; init; }

        [Description("Gives the mask itself, white where the subject is, instead of the cutout.")]
        public bool OnlyMask { get; init; }

        [Description("The colour that the subject is laid on; transparent when absent.")]
        public Colour? Bgcolor { get; init; }

        [Description("Cuts the result to the subject's edges.")]
        public bool CropToSubject { get; init; }

        [Description("How sure the engine must be, from 0 to 1; below that the step fails as no-clear-subject rather than give a bad cutout."), Range(0d, 1d)]
        public double MinConfidence { get; init; } = 0.5;
    }

    public override string Name => "remove-background";
    public override string Summary => "Cuts the subject out and makes what is behind it transparent.";
    public override IReadOnlyList<string> Engines => CutoutEngines.Names;
    public override bool IsCheckpoint => true;

    protected override IEnumerable<string> Check(Options options)
    {
        if (options is { OnlyMask: true, Bgcolor: not null }) yield return "only_mask leaves nothing to lay on bgcolor";
    }

    protected override Shape After(Shape before, Options options) =>
        before with { Frames = 1, Bands = options.OnlyMask ? 1 : 4, Bytes = 1 };

    protected override string Version(Options options, string? engine) => CutoutEngines.Expected(engine, options).Version(options);

    protected override long ExtraBytes(Shape before, Options options, string? engine) =>
        CutoutMaking.ExtraBytes(before) + CutoutEngines.Expected(engine, options).ExtraBytes(before.Width, before.Height, options);

    protected override void Apply(Picture picture, Options options, string? engine)
    {
        if (picture.Frames.Count > 1) throw new StepException("A cutout is made of a still picture, and this one moves.");
        var choice = CutoutEngines.Choose(engine, options);
        picture.ToMemory();
        using var rgb = RgbPicture.Of(picture.First);
        var finding = choice.Engine.Find(rgb, options, picture.Context);
        picture.Engine = finding.Engine;
        picture.Data = Tell(finding, choice.Why);
        if (finding.Confidence < options.MinConfidence)
            throw new StepException($"There is no clear subject in this picture ({finding.Engine} is sure to {finding.Confidence:0.00} and must be to {options.MinConfidence:0.00}).", ErrorCodes.NoClearSubject);

        CutoutMaking.Apply(picture, rgb, finding.Mask, options);
    }

    static JsonObject Tell(Finding finding, string why) => new()
    {
        ["cutout"] = new JsonObject
        {
            ["engine"] = finding.Engine,
            ["why"] = why,
            ["how"] = finding.How,
            ["confidence"] = Math.Round(finding.Confidence, 3),
        },
    };
}
