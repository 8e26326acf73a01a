using Revela.Core.Assets;

namespace Revela.Imaging.Header;

/// <summary>PNG and APNG: the chunks from IHDR to IEND (W3C PNG, third edition).</summary>
static class PngHeader
{
    const int FirstChunk = 8;
    const int MaxChecked = 65_536;

    public static bool Is(UntrustedBytes bytes) => bytes.StartsWith(0, [0x89, .. "PNG\r\n\x1a\n"u8]);

    public static ImageHeader Read(UntrustedBytes bytes)
    {
        var header = Ihdr(bytes);
        var orientation = 0;
        long at = FirstChunk + 25;

        for (var parts = 0; parts < HeaderReader.MaxParts && bytes.Has(at, 8); parts++)
        {
            long length = bytes.U32(at);
            if (bytes.StartsWith(at + 4, "IEND"u8)) break;
            if (bytes.StartsWith(at + 4, "tRNS"u8)) header = WithAlpha(header);
            else if (bytes.StartsWith(at + 4, "acTL"u8) && bytes.Has(at + 8, 4)) header = header with { Frames = HeaderReader.Side(bytes.U32(at + 8)) };
            else if (orientation == 0 && bytes.StartsWith(at + 4, "eXIf"u8) && IsSound(bytes, at, length)) orientation = ExifOrientation.Read(bytes, at + 8, length);
            at += 12 + length;
        }
        return HeaderReader.Oriented(header, orientation);
    }

    static ImageHeader Ihdr(UntrustedBytes bytes)
    {
        if (!bytes.StartsWith(FirstChunk, [0, 0, 0, 13, .. "IHDR"u8])) throw HeaderReader.Broken("the PNG does not begin with IHDR");
        if (!IsSound(bytes, FirstChunk, 13)) throw HeaderReader.Broken("the checksum of IHDR is wrong");

        var channels = Channels(colour: bytes.U8(FirstChunk + 17), bits: bytes.U8(FirstChunk + 16));
        if (channels == 0) throw HeaderReader.Broken("no PNG has this bit depth and colour type");
        return new ImageHeader("image/png",
            HeaderReader.Side(bytes.U32(FirstChunk + 8)), HeaderReader.Side(bytes.U32(FirstChunk + 12)),
            Frames: 1, channels, bytes.U8(FirstChunk + 16) == 16 ? 16 : 8);
    }

    /// <returns>0 for a pair that the standard forbids; a palette counts as the RGB it expands to.</returns>
    static int Channels(int colour, int bits) => (colour, bits) switch
    {
        (0, 1 or 2 or 4 or 8 or 16) => 1,
        (2, 8 or 16) => 3,
        (3, 1 or 2 or 4 or 8) => 3,
        (4, 8 or 16) => 2,
        (6, 8 or 16) => 4,
        _ => 0,
    };

    static ImageHeader WithAlpha(ImageHeader header) => header.Channels is 1 or 3 ? header with { Channels = header.Channels + 1 } : header;

    /// <summary>The chunk is whole and its checksum is right; decoders pass over those that are not. CRC-32 (ISO 3309), bit by bit: chunks asked about are small.</summary>
    static bool IsSound(UntrustedBytes bytes, long chunk, long length)
    {
        if (length > MaxChecked || !bytes.Has(chunk, length + 12)) return false;
        var crc = uint.MaxValue;
        for (long at = chunk + 4, end = chunk + 8 + length; at < end;)
        {
            var slice = bytes.Take(at, (int)Math.Min(end - at, 1024));
            foreach (var value in slice) crc = Next(crc, value);
            at += slice.Length;
        }
        return ~crc == bytes.U32(chunk + 8 + length);
    }

    static uint Next(uint crc, byte value)
    {
        crc ^= value;
        for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        return crc;
    }
}
