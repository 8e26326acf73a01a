using System.Text;
using Revela.Imaging.Native.Vips;

namespace Revela.Imaging.Operations.Development;

/// <summary>Takes out of a result what must not travel: the place, the old thumbnail, and what a step strips.</summary>
static class Metadata
{
    const string Gps = "exif-ifd3-";
    static readonly string[] Copyright = ["exif-ifd0-Copyright", "exif-ifd0-Artist"];

    // Facts of the file that was read, not of the one to be written. The maker's note may hold the place too, in a form of its own.
    static readonly string[] Stale =
        ["orientation", "exif-ifd0-Orientation", "jpeg-thumbnail-data", "exif-ifd2-MakerNote", "jpeg-multiscan", "jpeg-chroma-subsample", "palette-bit-depth"];
    static readonly string[] Animation = ["n-pages", "page-height", "delay", "loop", "gif-delay", "gif-loop", "gif-palette", "background"];

    /// <summary>An image of one's own with these metadata only.</summary>
    public static VipsImage Clean(VipsImage image, Keepsakes keep, int frames)
    {
        var clean = image.Copy();
        foreach (var field in image.Fields())
            if (!Kept(image, field, keep, frames)) clean.Remove(field);
        return clean;
    }

    static bool Kept(VipsImage image, string field, Keepsakes keep, int frames)
    {
        if (Stale.Contains(field)) return false;
        if (frames == 1 && Animation.Contains(field)) return false;
        if (field == "icc-profile-data") return keep.Profile;
        if (field.StartsWith(Gps, StringComparison.Ordinal)) return keep.Gps;
        if (field == "exif-data") return keep.Other || keep.Copyright;
        if (Copyright.Contains(field)) return keep.Copyright || keep.Other;
        if (IsText(field)) return keep.Other && (keep.Gps || !field.Contains("Raw profile", StringComparison.Ordinal));
        if (field is "xmp-data") return keep.Other && (keep.Gps || !MentionsPlace(image.GetBlob(field)));
        return keep.Other || !IsCarried(field);
    }

    // Some programs write whole EXIF blocks, the place in them, as texts of a PNG.
    static bool IsText(string field) => field.StartsWith("png-comment", StringComparison.Ordinal);

    static bool MentionsPlace(byte[]? xmp) => xmp is null || Encoding.UTF8.GetString(xmp).Contains("GPS", StringComparison.Ordinal);

    static bool IsCarried(string field) =>
        field.StartsWith("exif-", StringComparison.Ordinal) || field.EndsWith("-data", StringComparison.Ordinal) || field.EndsWith("imagedescription", StringComparison.Ordinal) || field == "gif-comment";
}
