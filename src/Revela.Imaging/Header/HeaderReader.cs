using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.Imaging.Header;

/// <summary>Tells format, size and frames from an image's own bytes, in managed code and without decoding a pixel (law 8).</summary>
public sealed class HeaderReader : IHeaderReader
{
    /// <summary>Segments, chunks, directories, boxes and frames are walked no further than this; frames beyond it are not counted.</summary>
    public const int MaxParts = 10_000;

    /// <summary>What libvips itself allows for a side, in pixels. It also keeps frames × pixels inside a long.</summary>
    public const int MaxSide = 10_000_000;

    static readonly (Func<UntrustedBytes, bool> Is, Func<UntrustedBytes, ImageHeader> Read)[] Formats =
    [
        (JpegHeader.Is, JpegHeader.Read),
        (PngHeader.Is, PngHeader.Read),
        (GifHeader.Is, GifHeader.Read),
        (WebPHeader.Is, WebPHeader.Read),
        (TiffHeader.Is, TiffHeader.Read),
        (HeifHeader.Is, HeifHeader.Read),
    ];

    public ImageHeader Read(Stream image)
    {
        var bytes = new UntrustedBytes(image);
        if (bytes.Length == 0) throw new RevelaException(ErrorCodes.EmptyInput, "The file is empty.");

        foreach (var (isFormat, read) in Formats)
            if (isFormat(bytes))
                return Plausible(read(bytes));

        throw new RevelaException(ErrorCodes.UnsupportedFormat, "The file is not a JPEG, PNG, WebP, GIF, TIFF, HEIF or AVIF image.");
    }

    static ImageHeader Plausible(ImageHeader header)
    {
        if (header.Width <= 0 || header.Height <= 0) throw Broken("its width or height is zero");
        if (header.Width > MaxSide || header.Height > MaxSide) throw Broken("its width or height is beyond what any decoder reads");
        if (header.Channels <= 0) throw Broken("it has no channels");
        return header with { Frames = Math.Clamp(header.Frames, 1, MaxParts) };
    }

    /// <param name="why">Continues "The image is broken: ".</param>
    internal static RevelaException Broken(string why) => new(ErrorCodes.BrokenImage, $"The image is broken: {why}.");

    /// <summary>The header as displayed: orientations 5–8 swap the sides.</summary>
    internal static ImageHeader Oriented(ImageHeader header, int orientation) =>
        orientation is >= 5 and <= 8 ? header with { Width = header.Height, Height = header.Width } : header;

    /// <summary>A side that an int holds; <see cref="Plausible"/> refuses the rest.</summary>
    internal static int Side(ulong pixels) => (int)Math.Min(pixels, int.MaxValue);
}
