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
    public enum Shadow { Drop, Keep, Soft }

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

        [Description("The subject's shadow: drop it, keep the picture's own (before a smooth backdrop), or give it a soft one.")]
        public Shadow Shadow { get; init; }

        [Description("Refines the edge by closed-form matting; without it the mask is taken as it is.")]
        public bool AlphaMatting { get; init; } = true;

        [Description("Mask values above this are surely subject."), Range(0, 255)]
        public int AlphaMattingForegroundThreshold { get; init; } = 240;

        [Description("Mask values below this are surely background."), Range(0, 255)]
        public int AlphaMattingBackgroundThreshold { get; init; } = 10;

        [Description("Side in pixels of the square by which both are eaten away; what is left between them is matted."), Range(0, 100)]
        public int AlphaMattingErodeSize { get; init; } = 10;

        [Description("Longest side at which edges are matted; the alpha of larger pictures is enlarged from there."), Range(64, 8192)]
        public int AlphaMattingBaseSize { get; init; } = 4096;

        [Description("How sure the engine must be, from 0 to 1; below that the step fails as no-clear-subject rather than give a bad cutout."), Range(0d, 1d)]
        public double MinConfidence { get; init; } = 0.5;
    }

    const double FindingShare = 0.4;

    public override string Name => "remove-background";
    public override string Summary => "Cuts the subject out and makes what is behind it transparent.";
    public override IReadOnlyList<string> Engines => CutoutEngines.Names;
    public override IReadOnlyList<string> OutsideEngines => CutoutEngines.Services;
    public override bool IsCheckpoint => true;

    protected override IEnumerable<string> Check(Options options)
    {
        if (options is { OnlyMask: true, Bgcolor: not null }) yield return "only_mask leaves nothing to lay on bgcolor";
        if (options is { OnlyMask: true, Shadow: not Shadow.Drop }) yield return "only_mask has no place for a shadow";
        if (options.AlphaMattingForegroundThreshold <= options.AlphaMattingBackgroundThreshold)
            yield return "alpha_matting_foreground_threshold must be above alpha_matting_background_threshold";
    }

    protected override Shape After(Shape before, Options options) =>
        before with { Frames = 1, Bands = options.OnlyMask ? 1 : 4, Bytes = 1 };

    protected override string Version(Options options, string? engine) => CutoutEngines.Expected(engine, options).Version(options);

    protected override long ExtraBytes(Shape before, Options options, string? engine) =>
        CutoutMaking.ExtraBytes(before, options) + CutoutEngines.Expected(engine, options).ExtraBytes(before.Width, before.Height, options);

    protected override void Apply(Picture picture, Options options, string? engine)
    {
        if (picture.Frames.Count > 1) throw new StepException("A cutout is made of a still picture, and this one moves.");
        var choice = CutoutEngines.Choose(engine, options);
        picture.ToMemory();
        using var rgb = choice.Engine.Read(picture.First);
        var finding = choice.Engine.Find(rgb, options, picture.Context with { Report = done => picture.Context.Report(FindingShare * done) });
        picture.Engine = finding.Engine;
        if (finding.Confidence < options.MinConfidence)
            throw new StepException($"There is no clear subject in this picture ({finding.Engine} is sure to {finding.Confidence:0.00} and must be to {options.MinConfidence:0.00}).", ErrorCodes.NoClearSubject);

        var matting = new EdgeMatting(rgb, options, done => picture.Context.Report(FindingShare + (1 - FindingShare) * done), picture.Context.Cancel);
        new CutoutMaking(picture, rgb, matting, options).Make(finding.Mask);
        picture.Note("cutout", Tell(finding, choice.Why, matting.Way));
    }

    static JsonObject Tell(Finding finding, string why, string matting) => new()
    {
        ["engine"] = finding.Engine,
        ["why"] = why,
        ["how"] = finding.How,
        ["confidence"] = Math.Round(finding.Confidence, 3),
        ["matting"] = matting,
    };
}
