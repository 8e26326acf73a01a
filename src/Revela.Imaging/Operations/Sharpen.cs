using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Revela.Imaging.Native.Vips;
using Revela.Imaging.Operations.Development;
using static Revela.Imaging.Native.Vips.VipsOperation;

namespace Revela.Imaging.Operations;

/// <summary>Sharpens lightness alone (unsharp mask in CIELAB), so that no colour fringes appear.</summary>
public sealed class Sharpen : Operation<Sharpen.Options>
{
    public sealed record Options
    {
        [Description("Radius in pixels: the standard deviation of the mask."), Range(0.3, 10d)]
        public double Sigma { get; init; } = 1;

        [Description("How much: 1 is a usual amount."), Range(0d, 10d)]
        public double Amount { get; init; } = 1;
    }

    public override string Name => "sharpen";
    public override string Summary => "Sharpens the picture without colour fringes.";

    protected override void Apply(Picture picture, Options options) => picture.Each(frame => Colours(frame, colours => Call(
        "sharpen", ("in", colours), ("sigma", options.Sigma), ("m1", options.Amount), ("m2", 2 * options.Amount))));

    // Alpha is no lightness: it goes round the operation.
    static VipsImage Colours(VipsImage frame, Func<VipsImage, VipsImage> change)
    {
        if (!frame.HasAlpha) return change(frame);
        using var colours = Call("extract_band", ("in", frame), ("band", 0), ("n", frame.Bands - 1));
        using var alpha = Call("extract_band", ("in", frame), ("band", frame.Bands - 1));
        using var changed = change(colours);
        return Call("bandjoin", ("in", new[] { changed, alpha }));
    }
}
