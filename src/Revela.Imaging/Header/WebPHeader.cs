using Revela.Core.Assets;

namespace Revela.Imaging.Header;

/// <summary>WebP: the RIFF container with a lossy, lossless or extended picture (RFC 9649).</summary>
static class WebPHeader
{
    const int FirstChunk = 12;
    const int AlphaFlag = 0x10, AnimationFlag = 0x02;

    public static bool Is(UntrustedBytes bytes) => bytes.StartsWith(0, "RIFF"u8) && bytes.StartsWith(8, "WEBP"u8);

    public static ImageHeader Read(UntrustedBytes bytes) =>
        bytes.StartsWith(FirstChunk, "VP8X"u8) ? Extended(bytes)
        : Picture(bytes, FirstChunk) ?? throw HeaderReader.Broken("the WebP begins with an unknown chunk");

    /// <returns>Null when the chunk is no picture.</returns>
    static ImageHeader? Picture(UntrustedBytes bytes, long chunk) =>
        bytes.StartsWith(chunk, "VP8 "u8) ? Lossy(bytes, chunk + 8)
        : bytes.StartsWith(chunk, "VP8L"u8) ? Lossless(bytes, chunk + 8)
        : null;

    static ImageHeader Lossy(UntrustedBytes bytes, long at)
    {
        if (!bytes.StartsWith(at + 3, [0x9D, 0x01, 0x2A]) || (bytes.U8(at) & 1) != 0) throw HeaderReader.Broken("the WebP does not begin with a key frame");
        return Header(bytes.U16(at + 6, little: true) & 0x3FFF, bytes.U16(at + 8, little: true) & 0x3FFF, alpha: false);
    }

    static ImageHeader Lossless(UntrustedBytes bytes, long at)
    {
        if (bytes.U8(at) != 0x2F) throw HeaderReader.Broken("the lossless WebP lacks its signature");
        var packed = bytes.U32(at + 1, little: true);
        return Header((int)(packed & 0x3FFF) + 1, (int)(packed >> 14 & 0x3FFF) + 1, alpha: (packed >> 28 & 1) != 0);
    }

    static ImageHeader Extended(UntrustedBytes bytes)
    {
        var flags = bytes.U8(FirstChunk + 8);
        var canvas = Header(bytes.U24(FirstChunk + 12) + 1, bytes.U24(FirstChunk + 15) + 1, (flags & AlphaFlag) != 0);
        int frames = 0, orientation = 0;
        ImageHeader? still = null;
        long at = FirstChunk;

        for (var parts = 0; parts < HeaderReader.MaxParts && bytes.Has(at, 8); parts++)
        {
            long length = bytes.U32(at + 4, little: true);
            if (bytes.StartsWith(at, "ANMF"u8)) frames++;
            else if (orientation == 0 && bytes.StartsWith(at, "EXIF"u8)) orientation = ExifOrientation.Read(bytes, at + 8, length);
            else still ??= Picture(bytes, at);
            at += 8 + length + (length & 1);
        }
        RefuseMismatch(canvas, still, frames, isAnimated: (flags & AnimationFlag) != 0);
        return HeaderReader.Oriented(canvas with { Frames = Math.Max(1, frames) }, orientation);
    }

    static void RefuseMismatch(ImageHeader canvas, ImageHeader? still, int frames, bool isAnimated)
    {
        if (isAnimated ? frames == 0 : still is null) throw HeaderReader.Broken("the WebP holds no picture");
        if (!isAnimated && (still!.Width != canvas.Width || still.Height != canvas.Height)) throw HeaderReader.Broken("picture and canvas of the WebP differ in size");
    }

    static ImageHeader Header(int width, int height, bool alpha) => new("image/webp", width, height, Frames: 1, Channels: alpha ? 4 : 3, BitsPerChannel: 8);
}
