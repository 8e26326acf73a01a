using System.Buffers.Binary;

namespace Revela.Imaging.Operations.Lossless;

/// <summary>Where the parts of a JPEG file lie: its segments before the first scan, and, when asked, its true end.</summary>
sealed class JpegFile
{
    public const byte App0 = 0xE0, App1 = 0xE1, App2 = 0xE2, App13 = 0xED, App14 = 0xEE, Comment = 0xFE;

    /// <param name="Offset">Of the marker's 0xFF.</param>
    /// <param name="Length">Marker and length bytes included.</param>
    public readonly record struct Segment(byte Marker, int Offset, int Length);

    JpegFile(IReadOnlyList<Segment> segments, int scans, bool isProgressive) => (Segments, Scans, IsProgressive) = (segments, scans, isProgressive);

    /// <summary>Those before the first scan, in order.</summary>
    public IReadOnlyList<Segment> Segments { get; }

    /// <summary>Offset of the first scan's marker.</summary>
    public int Scans { get; }

    public bool IsProgressive { get; }

    /// <summary>Null when there is no sound way to the first scan.</summary>
    public static JpegFile? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4 || bytes[0] != 0xFF || bytes[1] != 0xD8) return null;
        var segments = new List<Segment>();
        var progressive = false;
        var at = 2;
        while (Next(bytes, ref at) is { } segment)
        {
            progressive |= segment.Marker == 0xC2;
            if (segment.Marker == 0xDA) return new JpegFile(segments, segment.Offset, progressive);
            segments.Add(segment);
        }
        return null;
    }

    public static ReadOnlySpan<byte> Body(ReadOnlySpan<byte> bytes, Segment segment) => bytes.Slice(segment.Offset + 4, segment.Length - 4);

    // A marker with a length; fill bytes before it are legal.
    static Segment? Next(ReadOnlySpan<byte> bytes, ref int at)
    {
        if (at + 4 > bytes.Length || bytes[at] != 0xFF) return null;
        while (at + 4 < bytes.Length && bytes[at + 1] == 0xFF) at++;
        var marker = bytes[at + 1];
        if (marker is 0 or 0x01 or (>= 0xD0 and <= 0xD9)) return null;
        var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
        if (length < 2 || at + 2 + length > bytes.Length) return null;
        var segment = new Segment(marker, at, length + 2);
        at += segment.Length;
        return segment;
    }

    /// <summary>
    /// Offset behind the end marker, found by walking through the scans; null when the file ends early.
    /// What follows it (previews, depth maps, film clips) is no part of the picture.
    /// </summary>
    public int? FindEnd(ReadOnlySpan<byte> bytes)
    {
        var at = Scans;
        if (Next(bytes, ref at) is null) return null;
        while (true)
        {
            var skip = bytes[at..].IndexOf((byte)0xFF);
            if (skip < 0 || at + skip + 1 >= bytes.Length) return null;
            at += skip;
            switch (bytes[at + 1])
            {
                case 0xD9: return at + 2;
                case 0xFF: at++; break;
                case 0 or 0x01 or (>= 0xD0 and <= 0xD7): at += 2; break;
                default:
                    if (Next(bytes, ref at) is null) return null;
                    break;
            }
        }
    }
}
