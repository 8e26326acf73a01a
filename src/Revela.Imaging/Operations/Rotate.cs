using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Revela.Imaging.Native.Vips;
using Revela.Imaging.Operations.Binding;
using Revela.Imaging.Operations.Development;
using static Revela.Imaging.Native.Vips.VipsOperation;

namespace Revela.Imaging.Operations;

/// <summary>Turns the picture clockwise, by quarters without loss of a pixel, or by any angle.</summary>
public sealed class Rotate : Operation<Rotate.Options>
{
    public sealed record Options
    {
        [Description("Degrees clockwise; when absent the picture is only made upright, as its EXIF orientation says."), Range(-360d, 360d)]
        public double? Angle { get; init; }

        [Description("The colour of the corners that an angle between quarters opens.")]
        public Colour Background { get; init; } = Colour.White;
    }

    public override string Name => "rotate";
    public override string Summary => "Turns the picture clockwise by any angle, or only makes it upright.";

    /// <summary>Quarters clockwise, 0–3; null for an angle between.</summary>
    internal static int? Quarters(Options options)
    {
        var quarters = (options.Angle ?? 0) / 90;
        return quarters == Math.Truncate(quarters) ? ((int)quarters % 4 + 4) % 4 : null;
    }

    protected override Shape After(Shape before, Options options)
    {
        if (Quarters(options) is { } quarters) return quarters % 2 == 0 ? before : before with { Width = before.Height, Height = before.Width };
        var (sin, cos) = Math.SinCos(options.Angle!.Value * Math.PI / 180);
        var (w, h) = (Math.Abs(cos) * before.Width + Math.Abs(sin) * before.Height, Math.Abs(sin) * before.Width + Math.Abs(cos) * before.Height);
        return before with { Width = (int)Math.Ceiling(w), Height = (int)Math.Ceiling(h) };
    }

    protected override long ExtraBytes(Shape before, Options options) => 2 * before.Memory;

    protected override void Apply(Picture picture, Options options)
    {
        var quarters = Quarters(options);
        if (quarters == 0) return;
        picture.ToMemory();
        picture.Each(frame => quarters is { } q
            ? Call("rot", ("in", frame), ("angle", q switch { 1 => "d90", 2 => "d180", _ => "d270" }))
            : Between(frame, options));
    }

    static VipsImage Between(VipsImage frame, Options options)
    {
        using var ready = VipsOps.Ready(frame, options.Background);
        using var turned = Call("rotate", ("in", ready), ("angle", options.Angle!.Value), ("interpolate", "bicubic"),
            ("background", VipsOps.Bands(options.Background, ready)));
        return turned.Format == frame.Format ? turned.Share() : VipsOps.Round(turned, frame.Format, ready.Interpretation);
    }
}
