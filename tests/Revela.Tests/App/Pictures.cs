using System.Buffers.Binary;
using System.IO.Compression;

namespace Revela.Tests.App;

/// <summary>Small real pictures, no two of which share their bytes unless asked to.</summary>
static class Pictures
{
    static int last;

    /// <summary>A colour PNG that no other call makes.</summary>
    public static byte[] New(int width = 32, int height = 24) => Png(width, height, Interlocked.Increment(ref last));

    /// <summary>A colour PNG that follows from its seed.</summary>
    public static byte[] Png(int width, int height, int seed)
    {
        var random = new Random(seed);
        var rows = new byte[height * (1 + width * 3)];
        random.NextBytes(rows);
        for (var y = 0; y < height; y++) rows[y * (1 + width * 3)] = 0;
        return Png(width, height, rows);
    }

    /// <summary>A patterned disc before a plain backdrop with a little noise, 240 × 180.</summary>
    public static byte[] Disc()
    {
        const int width = 240, height = 180, stride = 1 + width * 3;
        var random = new Random(Interlocked.Increment(ref last));
        var rows = new byte[height * stride];
        for (var i = 0; i < width * height; i++)
        {
            int x = i % width - width / 2, y = i / width - height / 2;
            var inside = x * x + y * y < 50 * 50;
            var dark = inside && (x / 7 + y / 7) % 2 == 0;
            for (var band = 0; band < 3; band++)
                rows[i / width * stride + 1 + i % width * 3 + band] = (byte)((inside ? dark ? 40 : 90 + 50 * band : 225) + random.Next(-3, 4));
        }
        return Png(width, height, rows);
    }

    /// <summary>A PNG of 8-bit colours, three bytes a pixel.</summary>
    public static byte[] Png(int width, int height, ReadOnlySpan<byte> pixels)
    {
        var rows = new byte[height * (1 + width * 3)];
        for (var y = 0; y < height; y++) pixels.Slice(y * width * 3, width * 3).CopyTo(rows.AsSpan(y * (1 + width * 3) + 1));
        return Png(width, height, rows);
    }

    // Each row behind a byte that says how it is filtered: not at all.
    static byte[] Png(int width, int height, byte[] rows)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(rows);
        return [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, .. Chunk("IHDR", header), .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", [])];
    }

    static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. System.Text.Encoding.ASCII.GetBytes(type), .. data];
        var chunk = new byte[body.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        body.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(body.Length + 4), Crc(body));
        return chunk;
    }

    static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }
        return ~crc;
    }
}
