namespace Revela.Core.Assets;

/// <summary>What an image's first bytes tell, before any pixel is decoded (law 8).</summary>
/// <param name="ContentType">Told by content: image/jpeg, png, webp, gif, tiff, heif or avif.</param>
/// <param name="Width">As displayed, EXIF orientation applied.</param>
/// <param name="Channels">Bands of the stored picture, alpha included.</param>
/// <param name="BitsPerChannel">8 or 16, and 32 or 64 in some TIFFs; palettes count as what they expand to.</param>
public sealed record ImageHeader(string ContentType, int Width, int Height, int Frames, int Channels, int BitsPerChannel)
{
    public long Pixels => (long)Width * Height;
}

/// <summary>Reads headers without decoding pixels and without trusting anything in them.</summary>
public interface IHeaderReader
{
    /// <param name="image">Can seek; read as far as needed.</param>
    /// <exception cref="RevelaException"><c>unsupported-format</c>, <c>broken-image</c> or <c>empty-input</c>.</exception>
    ImageHeader Read(Stream image);
}

/// <summary>What is let in. Finite by default; a request can never raise them.</summary>
public sealed record ImageLimits
{
    public long MaxBytes { get; init; } = 50L * 1024 * 1024;
    public long MaxPixels { get; init; } = 50_000_000;
    public int MaxFrames { get; init; } = 100;

    /// <summary>Bound on frames × pixels.</summary>
    public long MaxFramePixels { get; init; } = 200_000_000;
    public long MaxOutputPixels { get; init; } = 200_000_000;

    /// <summary>Bound on the file that a far worker sends as a result.</summary>
    public long MaxOutputBytes { get; init; } = 512L * 1024 * 1024;
}
