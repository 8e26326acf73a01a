using Revela.Core.Assets;

namespace Revela.Imaging.Header;

/// <summary>JPEG: marker segments up to the first scan (ITU T.81, B.1).</summary>
static class JpegHeader
{
    const int MaxJunk = 65_536;
    const int StartOfScan = 0xDA, EndOfImage = 0xD9, App1 = 0xE1;

    public static bool Is(UntrustedBytes bytes) => bytes.StartsWith(0, [0xFF, 0xD8, 0xFF]);

    public static ImageHeader Read(UntrustedBytes bytes)
    {
        ImageHeader? frame = null;
        var orientation = 0;
        long at = 2;

        for (var parts = 0; parts < HeaderReader.MaxParts; parts++)
        {
            var marker = NextMarker(bytes, ref at);
            if (marker is null or StartOfScan or EndOfImage) break;
            if (IsAlone(marker.Value)) continue;
            if (!bytes.Has(at, 2)) break;
            int length = bytes.U16(at);
            if (length < 2) throw HeaderReader.Broken("a JPEG segment is shorter than its own length");

            if (IsFrame(marker.Value)) frame ??= Frame(bytes, at);
            else if (marker == App1 && orientation == 0 && bytes.StartsWith(at + 2, "Exif\0\0"u8)) orientation = ExifOrientation.Read(bytes, at + 2, length - 2);
            at += length;
        }
        return HeaderReader.Oriented(frame ?? throw HeaderReader.Broken("the JPEG has no frame header"), orientation);
    }

    /// <summary>The byte after the next run of 0xFF, as libjpeg looks for it: stray bytes between segments are skipped.</summary>
    static int? NextMarker(UntrustedBytes bytes, ref long at)
    {
        var fill = false;
        for (var skipped = 0; skipped < MaxJunk && bytes.Has(at, 1); skipped++)
        {
            var value = bytes.U8(at++);
            if (value == 0xFF) fill = true;
            else if (fill && value != 0) return value;
            else fill = false;
        }
        return null;
    }

    static ImageHeader Frame(UntrustedBytes bytes, long at)
    {
        var bits = bytes.U8(at + 2) > 8 ? 16 : 8;
        return new ImageHeader("image/jpeg", Width: bytes.U16(at + 5), Height: bytes.U16(at + 3), Frames: 1, Channels: bytes.U8(at + 7), bits);
    }

    static bool IsAlone(int marker) => marker is 0x01 or >= 0xD0 and <= 0xD8;

    /// <summary>SOF0–SOF15 without DHT, JPG and DAC.</summary>
    static bool IsFrame(int marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
}
