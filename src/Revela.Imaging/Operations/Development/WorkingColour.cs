using Revela.Imaging.Native.Vips;
using static Revela.Imaging.Native.Vips.VipsOperation;

namespace Revela.Imaging.Operations.Development;

/// <summary>Brings any picture to the colours that steps work in: sRGB or grey, 8 or 16 bits, alpha straight and last.</summary>
static class WorkingColour
{
    const string Profile = "icc-profile-data";

    // BT.601, as JPEG's own luma: so a picture turns the same grey in every format.
    const double R = 0.299, G = 0.587, B = 0.114;

    /// <summary>Whether the pixels mean sRGB (or grey of the same curve): no profile, or one that says so.</summary>
    public static bool IsStandard(VipsImage image) => image.GetBlob(Profile) is not { } profile || SrgbProfile.Is(profile);

    /// <summary>Always a new reference; takes no ownership.</summary>
    /// <param name="keepProfile">Leaves the colours as they are where steps can work in them, so that their profile stays true.</param>
    public static VipsImage Normalise(VipsImage image, bool keepProfile)
    {
        using var sound = Sound(image);
        using var standard = keepProfile && IsWorking(sound) ? sound.Share() : Standard(sound);
        return Plain(standard);
    }

    public static VipsImage ToGray(VipsImage image)
    {
        if (IsGray(image)) return image.Share();
        var is16 = image.Format == VipsFormat.UShort;
        using var colour = Call("extract_band", ("in", image), ("band", 0), ("n", 3));
        using var weights = VipsOps.Matrix([[R, G, B]]);
        using var luma = Call("recomb", ("in", colour), ("m", weights));
        using var gray = VipsOps.Round(luma, image.Format, is16 ? VipsInterpretation.Grey16 : VipsInterpretation.BW);
        if (!image.HasAlpha) return gray.Share();
        using var alpha = Call("extract_band", ("in", image), ("band", 3));
        return Call("bandjoin", ("in", new[] { gray, alpha }));
    }

    public static VipsImage ToColour(VipsImage image)
    {
        if (!IsGray(image)) return image.Share();
        return Call("colourspace", ("in", image), ("space", image.Format == VipsFormat.UShort ? "rgb16" : "srgb"));
    }

    public static VipsImage To8Bits(VipsImage image)
    {
        if (image.Format == VipsFormat.UChar) return image.Share();
        return Call("colourspace", ("in", image), ("space", IsGray(image) ? "b-w" : "srgb"));
    }

    public static bool IsGray(VipsImage image) => image.Bands < 3;

    static bool IsWorking(VipsImage image) => (image.Format, image.Interpretation) is
        (VipsFormat.UChar, VipsInterpretation.Srgb or VipsInterpretation.BW) or
        (VipsFormat.UShort, VipsInterpretation.Rgb16 or VipsInterpretation.Grey16);

    // TIFF and others may call their bands nothing in particular, or hold numbers that no profile speaks of.
    static VipsImage Sound(VipsImage image)
    {
        if (image.Interpretation is not (VipsInterpretation.Multiband or VipsInterpretation.Histogram or VipsInterpretation.Rgb)) return image.Share();
        var bands = Math.Min(image.Bands, 4);
        using var some = image.Bands > 4 ? Call("extract_band", ("in", image), ("n", 3)) : image.Share();
        var format = image.Format is VipsFormat.UShort ? VipsFormat.UShort : VipsFormat.UChar;
        using var cast = some.Format == format ? some.Share() : Call("cast", ("in", some), ("format", (int)format));
        return Call("copy", ("in", cast), ("interpretation", (int)VipsOps.Meaning(bands, format)));
    }

    static VipsImage Standard(VipsImage image)
    {
        if (image.GetBlob(Profile) is not { } profile) return image.Share();
        if (!(IsWorking(image) && SrgbProfile.Is(profile)))
        {
            try
            {
                using var transformed = Transform(image);
                return WithoutProfile(transformed);
            }
            catch (VipsException)
            {
                // A profile that cannot be used says nothing: the pixels are taken at their usual meaning.
            }
        }
        return WithoutProfile(image);
    }

    static VipsImage Transform(VipsImage image) => Call("icc_transform",
        ("in", image), ("output-profile", "srgb"), ("embedded", true), ("intent", "relative"), ("black-point-compensation", true),
        ("depth", image.Format == VipsFormat.UShort ? 16 : 8));

    static VipsImage WithoutProfile(VipsImage image)
    {
        var copy = image.Copy();
        copy.Remove(Profile);
        return copy;
    }

    static VipsImage Plain(VipsImage image)
    {
        if (IsWorking(image)) return image.Bands <= 4 ? image.Share() : Call("extract_band", ("in", image), ("n", 4));
        var wide = image.Format == VipsFormat.UShort;
        var gray = image.Interpretation is VipsInterpretation.BW or VipsInterpretation.Grey16;
        var space = (gray, wide) switch { (true, true) => "grey16", (true, false) => "b-w", (false, true) => "rgb16", _ => "srgb" };
        using var converted = Call("colourspace", ("in", image), ("space", space));
        var format = wide ? VipsFormat.UShort : VipsFormat.UChar;
        return converted.Format == format ? converted.Share() : VipsOps.Round(converted, format, converted.Interpretation);
    }
}
