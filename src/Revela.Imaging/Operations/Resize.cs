using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Revela.Imaging.Native.Vips;
using Revela.Imaging.Operations.Binding;
using Revela.Imaging.Operations.Development;
using Revela.Imaging.Operations.Resampling;
using static Revela.Imaging.Native.Vips.VipsOperation;

namespace Revela.Imaging.Operations;

/// <summary>Changes the size by Lanczos resampling with weighed alpha; never enlarges unless asked.</summary>
public sealed class Resize : Operation<Resize.Options>
{
    public enum Fit { Fit, Fill, Cover, Pad }

    public sealed record Options
    {
        [Description("Width of the box in pixels; follows from the height when absent."), Range(1, 65_500)]
        public int? Width { get; init; }

        [Description("Height of the box in pixels; follows from the width when absent."), Range(1, 65_500)]
        public int? Height { get; init; }

        [Description("How the picture meets the box: fit inside it, fill it by stretching, cover it and cut the rest off, or fit inside and pad to its size.")]
        public Fit Fit { get; init; } = Fit.Fit;

        [Description("What cover keeps and where pad puts the picture.")]
        public Gravity Gravity { get; init; } = Gravity.Centre;

        [Description("The colour that pad adds.")]
        public Colour Background { get; init; } = Colour.White;

        [Description("Whether the picture may become larger than it is.")]
        public bool Enlarge { get; init; }
    }

    public override string Name => "resize";
    public override string Summary => "Changes the size to a box, in its proportions or not; never enlarges unless asked.";

    /// <param name="Width">Of the picture after resampling, before cover cuts and pad adds.</param>
    /// <param name="Scale">The larger of the two sides' scales.</param>
    internal readonly record struct Target(int Width, int Height, int FinalWidth, int FinalHeight, double Scale);

    internal static Target Fitting(int width, int height, Options options)
    {
        double boxWidth = options.Width ?? double.PositiveInfinity, boxHeight = options.Height ?? double.PositiveInfinity;
        double x = boxWidth / width, y = boxHeight / height;
        var both = options is { Width: not null, Height: not null };
        var uniform = both && options.Fit == Fit.Cover ? Math.Max(x, y) : Math.Min(x, y);
        if (!options.Enlarge) (x, y, uniform) = (Math.Min(x, 1), Math.Min(y, 1), Math.Min(uniform, 1));

        var stretch = both && options.Fit == Fit.Fill;
        var resampledWidth = Side(width, stretch ? x : uniform);
        var resampledHeight = Side(height, stretch ? y : uniform);
        var (finalWidth, finalHeight) = (both, options.Fit) switch
        {
            (true, Fit.Cover) => (Math.Min(resampledWidth, options.Width!.Value), Math.Min(resampledHeight, options.Height!.Value)),
            (true, Fit.Pad) => (options.Width!.Value, options.Height!.Value),
            _ => (resampledWidth, resampledHeight),
        };
        return new Target(resampledWidth, resampledHeight, finalWidth, finalHeight, Math.Max((double)resampledWidth / width, (double)resampledHeight / height));
    }

    protected override IEnumerable<string> Check(Options options)
    {
        if (options is { Width: null, Height: null }) yield return "width or height is missing: at least one is needed";
        if (options.Fit != Fit.Fit && (options.Width is null || options.Height is null))
            yield return $"fit {options.Fit.ToString().ToLowerInvariant()} needs both width and height";
        if (options is { Gravity: Gravity.Smart, Fit: Fit.Pad }) yield return "gravity smart does not go with fit pad";
    }

    protected override Shape After(Shape before, Options options) => Resized(before, options);

    protected override void Apply(Picture picture, Options options) => Change(picture, options);

    internal static Shape Resized(Shape before, Options options)
    {
        var target = Fitting(before.Width, before.Height, options);
        return before with { Width = target.FinalWidth, Height = target.FinalHeight };
    }

    internal static void Change(Picture picture, Options options)
    {
        var target = Fitting(picture.Width, picture.Height, options);
        picture.Each(frame => Resample(picture, frame, target.Width, target.Height));
        if (options.Fit == Fit.Cover) Crop.Cut(picture, target.FinalWidth, target.FinalHeight, options.Gravity);
        if (options.Fit == Fit.Pad) picture.Each(frame => Pad(frame, target, options));
    }

    static VipsImage Resample(Picture picture, VipsImage image, int width, int height)
    {
        if (image.Width == width && image.Height == height || !Shrinking.Can(image, width, height)) return Resample(image, width, height);
        var rows = Shrinking.Run(image, width, height, picture.Context);
        picture.Own(rows);
        var small = VipsImage.Over(rows.Address, width, height, image.Bands, image.Interpretation);
        image.CopyMetadataTo(small);
        return small;
    }

    internal static VipsImage Resample(VipsImage image, int width, int height)
    {
        if (image.Width == width && image.Height == height) return image.Share();
        return VipsOps.Premultiplied(image, i => Call("resize",
            ("in", i), ("scale", (double)width / image.Width), ("vscale", (double)height / image.Height), ("kernel", "lanczos3")));
    }

    static VipsImage Pad(VipsImage image, Target target, Options options)
    {
        if (image.Width == target.FinalWidth && image.Height == target.FinalHeight) return image.Share();
        using var ready = VipsOps.Ready(image, options.Background);
        var (x, y) = Gravities.Place(options.Gravity, target.FinalWidth - image.Width, target.FinalHeight - image.Height);
        return Call("embed", ("in", ready), ("x", x), ("y", y), ("width", target.FinalWidth), ("height", target.FinalHeight),
            ("extend", "background"), ("background", VipsOps.Bands(options.Background, ready)));
    }

    static int Side(int side, double scale) => Math.Max(1, (int)Math.Round(side * scale, MidpointRounding.AwayFromZero));
}
