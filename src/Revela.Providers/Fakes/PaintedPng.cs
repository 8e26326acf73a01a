using System.Buffers.Binary;
using System.IO.Compression;

namespace Revela.Providers.Fakes;

/// <summary>What a fake sends for a picture: a shaded disc that fills most of it.</summary>
public static class PaintedPng
{
    static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <param name="transparent">Whether nothing is around the disc; else there is white.</param>
    public static byte[] Disc(int width, int height, bool transparent)
    {
        var bands = transparent ? 4 : 3;
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, (byte)(transparent ? 6 : 2));
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var row = new byte[1 + width * bands];
            for (var y = 0; y < height; y++)
            {
                Paint(row.AsSpan(1), y, width, height, bands);
                zlib.Write(row);
            }
        }
        return [.. Signature, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    static void Paint(Span<byte> row, int y, int width, int height, int bands)
    {
        for (var x = 0; x < width; x++)
        {
            double across = (2.0 * x + 1) / width - 1, down = (2.0 * y + 1) / height - 1;
            var inside = across * across + down * down < 0.64;
            var pixel = row.Slice(x * bands, bands);
            pixel.Fill(inside ? (byte)0 : byte.MaxValue);
            if (inside) (pixel[0], pixel[1], pixel[2]) = ((byte)(150 + 60 * across), (byte)(110 - 60 * down), 90);
            if (bands == 4) pixel[3] = inside ? byte.MaxValue : (byte)0;
        }
    }

    static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        type.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    // CRC-32 as the PNG specification has it, annex D.
    static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }
        return ~crc;
    }
}
