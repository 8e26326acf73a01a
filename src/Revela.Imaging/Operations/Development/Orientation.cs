using Revela.Imaging.Native.Vips;
using static Revela.Imaging.Native.Vips.VipsOperation;

namespace Revela.Imaging.Operations.Development;

/// <summary>EXIF orientation: applied to the pixels of every result, and its tag reset.</summary>
static class Orientation
{
    const string Field = "orientation";

    /// <summary>1–8; 1 when absent or out of range.</summary>
    public static int Of(VipsImage image) => image.GetInt(Field) is >= 1 and <= 8 and { } value ? value : 1;

    public static (int Width, int Height) UprightSize(VipsImage image)
    {
        var height = image.GetInt("page-height") ?? image.Height;
        return Of(image) >= 5 ? (height, image.Width) : (image.Width, height);
    }

    public static void Apply(Picture picture)
    {
        var orientation = Of(picture.First);
        if (orientation == 1) return;
        // Only a mirrored row can be made while reading from top to bottom.
        if (orientation > 2) picture.ToMemory();
        picture.Each(frame => Upright(frame, orientation));
    }

    static VipsImage Upright(VipsImage frame, int orientation)
    {
        using var turned = Turn(frame, orientation);
        if (!turned.Has(Field)) return turned.Share();
        var upright = turned.Copy();
        upright.Remove(Field);
        upright.Remove("exif-ifd0-Orientation");
        return upright;
    }

    static VipsImage Turn(VipsImage image, int orientation)
    {
        var angle = orientation switch { 3 or 4 => "d180", 5 or 6 => "d90", 7 or 8 => "d270", _ => "d0" };
        using var rotated = angle == "d0" ? image.Share() : Call("rot", ("in", image), ("angle", angle));
        return orientation is 2 or 4 or 5 or 7 ? Call("flip", ("in", rotated), ("direction", "horizontal")) : rotated.Share();
    }
}
