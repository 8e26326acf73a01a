using Revela.Imaging.Inspection;
using Revela.Imaging.Native.Vips;

namespace Revela.Imaging.Operations.Development;

/// <summary>What a file says of its picture, before its colours are brought to those that steps work in.</summary>
/// <param name="ColourSpace"><c>rgb</c>, <c>grey</c>, <c>cmyk</c>, <c>lab</c>, <c>xyz</c> or <c>other</c>; what its numbers mean is the profile's to say.</param>
/// <param name="Bits">Of one band of one pixel.</param>
/// <param name="Orientation">EXIF's, 1–8.</param>
/// <param name="Profile">Name of its colour profile; empty when the profile has no name, null when there is none.</param>
sealed record Origin(PictureFormat Format, string ColourSpace, int Bits, bool HasAlpha, int Orientation, string? Profile)
{
    public static Origin Of(VipsImage header, PictureFormat format) => new(
        format, Space(header.Interpretation), BitsOf(header.Format), header.HasAlpha, Development.Orientation.Of(header),
        header.GetBlob("icc-profile-data") is { } profile ? ProfileName.Of(profile) ?? "" : null);

    static string Space(VipsInterpretation meaning) => meaning switch
    {
        VipsInterpretation.Srgb or VipsInterpretation.Rgb or VipsInterpretation.Rgb16 or VipsInterpretation.ScRgb => "rgb",
        VipsInterpretation.BW or VipsInterpretation.Grey16 => "grey",
        VipsInterpretation.Cmyk => "cmyk",
        VipsInterpretation.Lab or VipsInterpretation.LabQ or VipsInterpretation.LabS => "lab",
        VipsInterpretation.Xyz => "xyz",
        _ => "other",
    };

    static int BitsOf(VipsFormat format) => format switch
    {
        VipsFormat.UChar or VipsFormat.Char => 8,
        VipsFormat.UShort or VipsFormat.Short => 16,
        VipsFormat.Double or VipsFormat.Complex => 64,
        VipsFormat.DpComplex => 128,
        _ => 32,
    };
}
