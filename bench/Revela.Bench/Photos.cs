using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Revela.Bench;

/// <summary>
/// The photographs that everything is measured with: photo-like, with grain, the same on every machine.
/// They are made once and kept in <c>artifacts/bench/photos</c>.
/// </summary>
public static class Photos
{
    const uint Seed = 20261120;

    // After the start marker and the JFIF segment, which must come first.
    const int AfterHeader = 20;

    static readonly Lazy<byte[]> twelve = new(() => Kept("12mp.jpg", () => BaselineJpeg.Encode(new Scene(4000, 3000, Seed, 4.7f), 91)));
    static readonly Lazy<byte[]> one = new(() => Kept("1mp.jpg", () => BaselineJpeg.Encode(new Scene(1200, 850, Seed, 3.6f), 87)));
    static readonly Lazy<byte[]> clear = new(() => Kept("12mp-alpha.png", () => Png(new Scene(4000, 3000, Seed, 4.7f))));

    /// <summary>4000 × 3000, 4:2:0, about 3.4 MB.</summary>
    public static byte[] TwelveMegapixels => twelve.Value;

    /// <summary>1200 × 850, 4:2:0, about 0.24 MB.</summary>
    public static byte[] OneMegapixel => one.Value;

    /// <summary>4000 × 3000, RGBA with a soft cutout.</summary>
    public static byte[] TwelveMegapixelsWithAlpha => clear.Value;

    /// <summary>The folder of the kept files.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Artifacts, "bench", "photos");

    /// <summary>What stands before the shared rest of copy <paramref name="number"/>: the photograph's head with a comment that no other copy has.</summary>
    public static byte[] Head(byte[] jpeg, int number)
    {
        var comment = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"copy {number:D12}"));
        return [.. jpeg.AsSpan(0, AfterHeader), 0xFF, 0xFE, 0, (byte)(comment.Length + 2), .. comment];
    }

    /// <summary>What follows <see cref="Head"/> in every copy, without copying it.</summary>
    public static ReadOnlyMemory<byte> Rest(byte[] jpeg) => jpeg.AsMemory(AfterHeader);

    /// <summary>The same picture in other bytes, so that no result of another copy answers for it.</summary>
    public static byte[] Copy(byte[] jpeg, int number) => [.. Head(jpeg, number), .. Rest(jpeg).Span];

    /// <summary>A small photograph for tests of the way rather than of the pixels.</summary>
    public static byte[] Small(int width, int height, uint seed) => BaselineJpeg.Encode(new Scene(width, height, seed, 3), 85);

    static byte[] Kept(string name, Func<byte[]> make)
    {
        var path = Path.Combine(Folder, name);
        if (File.Exists(path)) return File.ReadAllBytes(path);
        var bytes = make();
        Directory.CreateDirectory(Folder);
        // Two processes may make it at once; each moves a whole file into place.
        var draft = $"{path}.{Environment.ProcessId}";
        File.WriteAllBytes(draft, bytes);
        File.Move(draft, path, overwrite: true);
        return bytes;
    }

    static byte[] Png(Scene scene)
    {
        var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, scene.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), scene.Height);
        (header[8], header[9]) = (8, 6);
        Chunk(png, "IHDR", header);
        Chunk(png, "IDAT", Pixels(scene));
        Chunk(png, "IEND", []);
        return png.ToArray();
    }

    // Every row is filtered by its left neighbour, which suits photographs well enough.
    static byte[] Pixels(Scene scene)
    {
        var rows = new byte[scene.Height][];
        Parallel.For(0, scene.Height, y =>
        {
            var rgb = new byte[3 * scene.Width];
            scene.Row(y, rgb);
            var row = rows[y] = new byte[1 + 4 * scene.Width];
            row[0] = 1;
            Span<byte> before = stackalloc byte[4];
            Span<byte> here = stackalloc byte[4];
            for (var x = 0; x < scene.Width; x++)
            {
                rgb.AsSpan(3 * x, 3).CopyTo(here);
                here[3] = scene.Alpha(x, y);
                for (var i = 0; i < 4; i++) row[1 + 4 * x + i] = (byte)(here[i] - before[i]);
                here.CopyTo(before);
            }
        });
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (var row in rows) zlib.Write(row);
        }
        return packed.ToArray();
    }

    static void Chunk(MemoryStream png, string type, byte[] content)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. content];
        var number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        png.Write(number);
        png.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32(body));
        png.Write(number);
    }

    // ISO 3309, as PNG wants it.
    static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var i = 0; i < 8; i++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
