using Revela.Core.Assets;
using Revela.Imaging.Native.Vips;

namespace Revela.Imaging.Operations.Development;

/// <summary>A format that is read or written, with what libvips calls its codec and what it can hold.</summary>
/// <param name="Loader">Operation that reads it, the only one ever tried on such bytes.</param>
/// <param name="MaxSide">Longest side that can be written.</param>
sealed record PictureFormat(
    string ContentType, string Loader, string? Saver, int MaxSide, bool HasAlpha, bool Has16Bits, bool HasFrames)
{
    readonly Lazy<bool> canWrite = new(() => Saver is not null && Formats.TryEncoder(Saver));

    /// <summary>Whether this libvips really writes it; found out once, by writing a tiny picture.</summary>
    public bool CanWrite => canWrite.Value;
}

/// <summary>The formats there are.</summary>
static class Formats
{
    public static readonly PictureFormat Jpeg = new("image/jpeg", "jpegload", "jpegsave", 65_500, HasAlpha: false, Has16Bits: false, HasFrames: false);
    public static readonly PictureFormat Png = new("image/png", "pngload", "pngsave", 1_000_000, HasAlpha: true, Has16Bits: true, HasFrames: false);
    public static readonly PictureFormat Webp = new("image/webp", "webpload", "webpsave", 16_383, HasAlpha: true, Has16Bits: false, HasFrames: true);
    public static readonly PictureFormat Gif = new("image/gif", "gifload", "gifsave", 65_535, HasAlpha: true, Has16Bits: false, HasFrames: true);
    public static readonly PictureFormat Tiff = new("image/tiff", "tiffload", "tiffsave", 1_000_000, HasAlpha: true, Has16Bits: true, HasFrames: false);
    public static readonly PictureFormat Avif = new("image/avif", "heifload", "heifsave", 16_384, HasAlpha: true, Has16Bits: false, HasFrames: false);
    static readonly PictureFormat Heif = new("image/heif", "heifload", null, 0, HasAlpha: true, Has16Bits: false, HasFrames: false);

    static readonly Dictionary<string, PictureFormat> ByType =
        new[] { Jpeg, Png, Webp, Gif, Tiff, Avif, Heif }.ToDictionary(f => f.ContentType);

    public static IEnumerable<string> Endings => ByType.Keys.Select(ObjectKeys.Extension);

    public static PictureFormat? Find(string contentType) => ByType.GetValueOrDefault(contentType);

    public static PictureFormat Of(Convert.Format format) => format switch
    {
        Convert.Format.Jpeg => Jpeg,
        Convert.Format.Png => Png,
        Convert.Format.Webp => Webp,
        Convert.Format.Avif => Avif,
        Convert.Format.Tiff => Tiff,
        _ => Gif,
    };

    /// <summary>
    /// What a picture is written as when no step says: its own format, except that a still GIF becomes PNG (its new pixels no longer fit
    /// a palette), and HEIF becomes JPEG, or PNG when it is transparent (its codec is seldom there to write it).
    /// </summary>
    public static PictureFormat Default(PictureFormat input, bool hasAlpha, int frames)
    {
        if (input == Gif) return frames > 1 ? Gif : Png;
        if (input.CanWrite) return input;
        return hasAlpha ? Png : Jpeg;
    }

    /// <summary>Whether a tiny picture can be written. The HEIF saver has to be told the codec.</summary>
    public static bool TryEncoder(string saver)
    {
        try
        {
            using var image = VipsImage.Of(new byte[16 * 16 * 3], 16, 16, 3);
            using var operation = VipsOperation.New(saver + "_buffer").Set("in", image);
            if (saver == "heifsave") operation.Set("compression", "av1").Set("effort", 0);
            operation.Run();
            return true;
        }
        catch (VipsException)
        {
            return false;
        }
    }
}
