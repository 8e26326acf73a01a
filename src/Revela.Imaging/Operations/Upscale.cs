using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Revela.Core.Jobs;
using Revela.Imaging.Models;
using Revela.Imaging.Operations.Development;
using Revela.Imaging.Upscale;

namespace Revela.Imaging.Operations;

/// <summary>Makes the picture larger: by Lanczos, or by a network that makes up detail.</summary>
public sealed class Upscale : Operation<Upscale.Options>
{
    public sealed record Options
    {
        [Description("How many times each side; 2 when neither this nor a size is given."), Range(1d, 8d)]
        public double? Factor { get; init; }

        [Description("Width of the result in pixels; follows from the height when absent. With a height: exactly this size, also when it changes the proportions."), Range(1, 65_500)]
        public int? Width { get; init; }

        [Description("Height of the result in pixels; follows from the width when absent."), Range(1, 65_500)]
        public int? Height { get; init; }

        [Description("The network of the engine onnx; realesr-general-x4v3 when absent."), StringLength(100, MinimumLength = 1)]
        public string? Model { get; init; }
    }

    public override string Name => "upscale";
    public override string Summary => "Makes the picture larger: engine lanczos resamples without halos, engine onnx runs a network of the Real-ESRGAN family, tile by tile, and engine clipdrop asks that service.";
    public override IReadOnlyList<string> Engines { get; } = [.. Upscaling.Engines.Select(engine => engine.Name)];

    public override IReadOnlyList<string> OutsideEngines => Upscaling.Services;
    public override IReadOnlyList<string> SlowEngines => [OnnxUpscaleEngine.OwnName];

    protected override IEnumerable<string> Check(Options options)
    {
        if (options.Factor is not null && (options.Width ?? options.Height) is not null) yield return "factor and a size do not go together";
        if (options.Model is { } model && ModelTable.Enlargers.All(known => known.Name != model))
            yield return $"there is no model '{model}'; known are {string.Join(", ", ModelTable.Enlargers.Select(known => known.Name))}";
    }

    protected override string Version(Options options, string? engine) => Upscaling.Named(engine).Version(options);

    protected override Shape After(Shape before, Options options)
    {
        var (width, height) = Size(before.Width, before.Height, options);
        if (width < before.Width || height < before.Height)
            throw new StepException($"upscale makes pictures larger: {before.Width} × {before.Height} pixels cannot become {width} × {height}. resize makes them smaller.", ErrorCodes.InvalidOptions);
        return before with { Width = width, Height = height };
    }

    // The frames and the whole result are held at once.
    protected override long ExtraBytes(Shape before, Options options, string? engine)
    {
        var after = After(before, options);
        return before.Memory + after.Memory + Upscaling.Named(engine).ExtraBytes(before, after, options);
    }

    protected override void Apply(Picture picture, Options options, string? engine)
    {
        var (width, height) = Size(picture.Width, picture.Height, options);
        Upscaling.Apply(picture, Upscaling.Named(engine), width, height, options);
    }

    static (int Width, int Height) Size(int width, int height, Options options) => options switch
    {
        { Width: { } w, Height: { } h } => (w, h),
        { Width: { } w } => (w, Side(height, (double)w / width)),
        { Height: { } h } => (Side(width, (double)h / height), h),
        _ => (Side(width, options.Factor ?? 2), Side(height, options.Factor ?? 2)),
    };

    static int Side(int side, double scale) => (int)Math.Min(int.MaxValue, Math.Max(1, Math.Round(side * scale, MidpointRounding.AwayFromZero)));
}
