using System.Runtime.InteropServices;
using Revela.Imaging.Native.Vips;
using Revela.Imaging.Operations.Binding;
using static Revela.Imaging.Native.Vips.VipsOperation;

namespace Revela.Imaging.Operations.Development;

/// <summary>Short phrases of libvips that several operations speak.</summary>
static class VipsOps
{
    public static VipsImage Matrix(double[][] rows)
    {
        var numbers = rows.SelectMany(r => r).ToArray();
        using var flat = VipsImage.Of(MemoryMarshal.AsBytes<double>(numbers), rows[0].Length, rows.Length, 1, VipsFormat.Double);
        return flat.Share();
    }

    /// <summary>To whole numbers, rounded to nearest and clipped; libvips' own cast would cut off.</summary>
    public static VipsImage Round(VipsImage image, VipsFormat format, VipsInterpretation meaning)
    {
        using var rounded = format == VipsFormat.UChar
            ? Call("linear", ("in", image), ("a", new[] { 1.0 }), ("b", new[] { 0.5 }), ("uchar", true))
            : Rint(image, format);
        return Call("copy", ("in", rounded), ("interpretation", (int)meaning));
    }

    static VipsImage Rint(VipsImage image, VipsFormat format)
    {
        using var near = Call("round", ("in", image), ("round", "rint"));
        return Call("cast", ("in", near), ("format", (int)format));
    }

    public static VipsInterpretation Meaning(int bands, VipsFormat format) => (bands < 3, format == VipsFormat.UShort) switch
    {
        (true, true) => VipsInterpretation.Grey16,
        (true, false) => VipsInterpretation.BW,
        (false, true) => VipsInterpretation.Rgb16,
        _ => VipsInterpretation.Srgb,
    };

    /// <summary>Changes a picture with its colours weighed by alpha, so that what is under transparent pixels never bleeds into visible ones.</summary>
    public static VipsImage Premultiplied(VipsImage image, Func<VipsImage, VipsImage> change)
    {
        if (!image.HasAlpha) return change(image);
        var max = MaxAlpha(image);
        using var weighed = Call("premultiply", ("in", image), ("max-alpha", max));
        using var changed = change(weighed);
        using var straight = Call("unpremultiply", ("in", changed), ("max-alpha", max));
        return Round(straight, image.Format, image.Interpretation);
    }

    public static double MaxAlpha(VipsImage image) => image.Format == VipsFormat.UShort ? 65535 : 255;

    /// <summary>A picture that can show the colour: with colour bands unless the colour is grey, with alpha unless it is opaque.</summary>
    public static VipsImage Ready(VipsImage image, Colour colour)
    {
        using var coloured = colour.IsGray ? image.Share() : WorkingColour.ToColour(image);
        return colour.Alpha == 255 || coloured.HasAlpha ? coloured.Share() : Call("bandjoin_const", ("in", coloured), ("c", new[] { MaxAlpha(image) }));
    }

    /// <summary>On a colour, without alpha.</summary>
    public static VipsImage Flat(VipsImage image, Colour background)
    {
        if (!image.HasAlpha) return image.Share();
        using var ready = background.IsGray ? image.Share() : WorkingColour.ToColour(image);
        return Call("flatten", ("in", ready), ("background", Bands(background, ready)[..(ready.Bands - 1)]), ("max-alpha", MaxAlpha(ready)));
    }

    /// <summary>The colour as band values of this picture, straight alpha.</summary>
    public static double[] Bands(Colour colour, VipsImage image)
    {
        var scale = image.Format == VipsFormat.UShort ? 257 : 1;
        double[] bands = WorkingColour.IsGray(image) ? [colour.Red] : [colour.Red, colour.Green, colour.Blue];
        if (image.HasAlpha) bands = [.. bands, colour.Alpha];
        return bands.Select(b => b * scale).ToArray();
    }
}
