using System.Buffers.Binary;

namespace Revela.Bench;

/// <summary>
/// Writes baseline JPEG, 4:2:0, with the standard tables (ITU-T T.81, annexes K.1 and K.3), as cameras do.
/// Its own encoder keeps the measured photographs the same, byte for byte, whatever library is installed.
/// </summary>
sealed class BaselineJpeg
{
    static readonly byte[] LumaTable = [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99];
    static readonly byte[] ChromaTable = [
        17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99];
    static readonly byte[] ZigZag = [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63];
    static readonly float[] Cosines = MakeCosines();

    readonly MemoryStream bytes = new();
    readonly float[] block = new float[64];
    readonly int[] levels = new int[64];
    uint bits;
    int bitCount;

    /// <param name="quality">1–100, on libjpeg's scale.</param>
    public static byte[] Encode(Scene scene, int quality)
    {
        var (luma, chroma) = (Scale(LumaTable, quality), Scale(ChromaTable, quality));
        var planes = Planes.Of(scene);
        var jpeg = new BaselineJpeg();
        jpeg.WriteHeaders(scene.Width, scene.Height, luma, chroma);
        jpeg.WriteScan(planes, luma, chroma);
        return jpeg.bytes.ToArray();
    }

    void WriteHeaders(int width, int height, byte[] luma, byte[] chroma)
    {
        bytes.Write([0xFF, 0xD8, 0xFF, 0xE0, 0, 16, (byte)'J', (byte)'F', (byte)'I', (byte)'F', 0, 1, 1, 1, 0, 72, 0, 72, 0, 0]);
        Segment(0xDB, [0, .. ZigZag.Select(i => luma[i]), 1, .. ZigZag.Select(i => chroma[i])]);
        var size = new byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(size, (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(size.AsSpan(2), (ushort)width);
        Segment(0xC0, [8, .. size, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
        foreach (var table in HuffmanTable.All) Segment(0xC4, [table.Id, .. table.Counts, .. table.Symbols]);
        Segment(0xDA, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]);
    }

    void Segment(byte marker, byte[] content)
    {
        bytes.Write([0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content]);
    }

    void WriteScan(Planes planes, byte[] luma, byte[] chroma)
    {
        var (y, cb, cr) = (0, 0, 0);
        for (var top = 0; top < planes.Height; top += 16)
        {
            for (var left = 0; left < planes.Width; left += 16)
            {
                for (var i = 0; i < 4; i++) y = WriteBlock(planes.Luma, planes.Width, left + 8 * (i & 1), top + 8 * (i >> 1), luma, HuffmanTable.Luma, y);
                cb = WriteBlock(planes.Blue, planes.Width / 2, left / 2, top / 2, chroma, HuffmanTable.Chroma, cb);
                cr = WriteBlock(planes.Red, planes.Width / 2, left / 2, top / 2, chroma, HuffmanTable.Chroma, cr);
            }
        }
        if (bitCount > 0) Put(0x7F, 8 - bitCount % 8);
        bytes.Write([0xFF, 0xD9]);
    }

    int WriteBlock(byte[] plane, int stride, int left, int top, byte[] table, (HuffmanTable Dc, HuffmanTable Ac) codes, int before)
    {
        Transform(plane, top * stride + left, stride);
        for (var i = 0; i < 64; i++) levels[i] = (int)MathF.Round(block[ZigZag[i]] / table[ZigZag[i]]);
        PutLevel(codes.Dc, 0, levels[0] - before);
        var zeros = 0;
        for (var i = 1; i < 64; i++)
        {
            if (levels[i] == 0)
            {
                zeros++;
                continue;
            }
            for (; zeros > 15; zeros -= 16) PutCode(codes.Ac, 0xF0);
            PutLevel(codes.Ac, zeros, levels[i]);
            zeros = 0;
        }
        if (zeros > 0) PutCode(codes.Ac, 0);
        return levels[0];
    }

    // Rows, then columns.
    void Transform(byte[] plane, int start, int stride)
    {
        Span<float> half = stackalloc float[64];
        for (var row = 0; row < 8; row++)
        {
            for (var u = 0; u < 8; u++)
            {
                float sum = 0;
                for (var x = 0; x < 8; x++) sum += (plane[start + row * stride + x] - 128) * Cosines[u * 8 + x];
                half[row * 8 + u] = sum;
            }
        }
        for (var u = 0; u < 8; u++)
        {
            for (var v = 0; v < 8; v++)
            {
                float sum = 0;
                for (var y = 0; y < 8; y++) sum += half[y * 8 + u] * Cosines[v * 8 + y];
                block[v * 8 + u] = sum;
            }
        }
    }

    void PutLevel(HuffmanTable table, int zeros, int level)
    {
        var size = 32 - int.LeadingZeroCount(Math.Abs(level));
        PutCode(table, (byte)(zeros << 4 | size));
        if (size > 0) Put((uint)(level < 0 ? level - 1 : level) & ((1u << size) - 1), size);
    }

    void PutCode(HuffmanTable table, byte symbol) => Put(table.Codes[symbol], table.Lengths[symbol]);

    void Put(uint value, int count)
    {
        bits = bits << count | value & ((1u << count) - 1);
        for (bitCount += count; bitCount >= 8; bitCount -= 8)
        {
            var next = (byte)(bits >> (bitCount - 8));
            bytes.WriteByte(next);
            if (next == 0xFF) bytes.WriteByte(0);
        }
    }

    static byte[] Scale(byte[] table, int quality)
    {
        var percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        return table.Select(value => (byte)Math.Clamp((value * percent + 50) / 100, 1, 255)).ToArray();
    }

    static float[] MakeCosines()
    {
        var cosines = new float[64];
        for (var u = 0; u < 8; u++)
            for (var x = 0; x < 8; x++)
                cosines[u * 8 + x] = (u == 0 ? MathF.Sqrt(0.125f) : 0.5f) * MathF.Cos((2 * x + 1) * u * MathF.PI / 16);
        return cosines;
    }

    /// <summary>The picture as luma and halved chroma, padded to whole blocks of 16 by repeating its edge.</summary>
    sealed record Planes(int Width, int Height, byte[] Luma, byte[] Blue, byte[] Red)
    {
        public static Planes Of(Scene scene)
        {
            var (width, height) = ((scene.Width + 15) / 16 * 16, (scene.Height + 15) / 16 * 16);
            var planes = new Planes(width, height, new byte[width * height], new byte[width * height / 4], new byte[width * height / 4]);
            Parallel.For(0, height / 2, pair => planes.Fill(scene, 2 * pair));
            return planes;
        }

        void Fill(Scene scene, int y)
        {
            var rgb = new byte[2][];
            for (var i = 0; i < 2; i++)
            {
                rgb[i] = new byte[3 * Width];
                scene.Row(Math.Min(y + i, scene.Height - 1), rgb[i]);
                for (var x = 3 * scene.Width; x < rgb[i].Length; x++) rgb[i][x] = rgb[i][x - 3];
                for (var x = 0; x < Width; x++)
                    Luma[(y + i) * Width + x] = (byte)(0.299f * rgb[i][3 * x] + 0.587f * rgb[i][3 * x + 1] + 0.114f * rgb[i][3 * x + 2] + 0.5f);
            }
            for (var x = 0; x < Width / 2; x++)
            {
                float Mean(int band) => (rgb[0][6 * x + band] + rgb[0][6 * x + 3 + band] + rgb[1][6 * x + band] + rgb[1][6 * x + 3 + band]) / 4f;
                var (r, g, b) = (Mean(0), Mean(1), Mean(2));
                var at = y / 2 * (Width / 2) + x;
                Blue[at] = (byte)Math.Clamp(128.5f - 0.168736f * r - 0.331264f * g + 0.5f * b, 0, 255);
                Red[at] = (byte)Math.Clamp(128.5f + 0.5f * r - 0.418688f * g - 0.081312f * b, 0, 255);
            }
        }
    }
}
