using System.Buffers.Binary;
using Revela.Imaging.Operations.Development;

namespace Revela.Imaging.Operations.Lossless;

/// <summary>The metadata segments of a JPEG that a result may carry, and how they are put into one.</summary>
static class JpegMetadata
{
    static ReadOnlySpan<byte> ExifName => "Exif\0\0"u8;
    static ReadOnlySpan<byte> XmpName => "http://ns.adobe.com/xap/1.0/\0"u8;
    static ReadOnlySpan<byte> ProfileName => "ICC_PROFILE\0"u8;
    static ReadOnlySpan<byte> JfifName => "JFIF\0"u8;

    /// <summary>1–8.</summary>
    public static int Orientation(ReadOnlySpan<byte> bytes, JpegFile file)
    {
        foreach (var segment in file.Segments)
            if (IsExif(bytes, segment)) return ExifBlob.Orientation(JpegFile.Body(bytes, segment)[ExifName.Length..]);
        return 1;
    }

    /// <summary>The profile in one piece; null when there is none.</summary>
    public static byte[]? Profile(ReadOnlySpan<byte> bytes, JpegFile file)
    {
        using var profile = new MemoryStream();
        foreach (var segment in file.Segments)
            if (IsProfile(bytes, segment)) profile.Write(JpegFile.Body(bytes, segment)[(ProfileName.Length + 2)..]);
        return profile.Length == 0 ? null : profile.ToArray();
    }

    /// <summary>Segments for a result of this size, ready to follow its first marker and JFIF segment.</summary>
    public static byte[] Kept(ReadOnlySpan<byte> bytes, JpegFile file, Keepsakes keep, bool keepProfile, int width, int height)
    {
        using var kept = new MemoryStream();
        foreach (var segment in file.Segments)
        {
            var whole = bytes.Slice(segment.Offset, segment.Length);
            if (IsExif(bytes, segment)) WriteExif(kept, ExifBlob.Clean(JpegFile.Body(bytes, segment)[ExifName.Length..], keep, (width, height)));
            else if (IsProfile(bytes, segment)) Write(kept, whole, keepProfile && keep.Profile);
            else if (segment.Marker == JpegFile.App1) Write(kept, whole, keep.Other && Starts(bytes, segment, XmpName) && (keep.Gps || !MentionsPlace(whole)));
            else if (segment.Marker is JpegFile.App13 or JpegFile.Comment) Write(kept, whole, keep.Other);
        }
        return kept.ToArray();
    }

    /// <summary>Writes a JPEG whose own metadata were left out, with these segments put in.</summary>
    public static void Write(Stream output, ReadOnlySpan<byte> jpeg, byte[] segments)
    {
        // JFIF wants to be first.
        var head = jpeg.Length > 20 && jpeg[3] == JpegFile.App0 ? 4 + BinaryPrimitives.ReadUInt16BigEndian(jpeg[4..]) : 2;
        output.Write(jpeg[..head]);
        output.Write(segments);
        output.Write(jpeg[head..]);
    }

    /// <summary>Writes the file with its coded picture untouched and only these segments besides.</summary>
    public static void WriteUntouched(Stream output, ReadOnlySpan<byte> bytes, JpegFile file, int end, byte[] segments)
    {
        output.Write(bytes[..2]);
        foreach (var segment in file.Segments)
            if (segment.Marker == JpegFile.App0 && Starts(bytes, segment, JfifName)) output.Write(bytes.Slice(segment.Offset, segment.Length));
        output.Write(segments);
        foreach (var segment in file.Segments)
            if (segment.Marker is JpegFile.App14 or < JpegFile.App0) output.Write(bytes.Slice(segment.Offset, segment.Length));
        output.Write(bytes[file.Scans..end]);
    }

    static bool IsExif(ReadOnlySpan<byte> bytes, JpegFile.Segment segment) => segment.Marker == JpegFile.App1 && Starts(bytes, segment, ExifName);

    static bool IsProfile(ReadOnlySpan<byte> bytes, JpegFile.Segment segment) =>
        segment.Marker == JpegFile.App2 && Starts(bytes, segment, ProfileName) && segment.Length >= 4 + ProfileName.Length + 2;

    static bool Starts(ReadOnlySpan<byte> bytes, JpegFile.Segment segment, ReadOnlySpan<byte> name) => JpegFile.Body(bytes, segment).StartsWith(name);

    static bool MentionsPlace(ReadOnlySpan<byte> xmp) => xmp.IndexOf("GPS"u8) >= 0;

    static void Write(MemoryStream kept, ReadOnlySpan<byte> segment, bool wanted)
    {
        if (wanted) kept.Write(segment);
    }

    static void WriteExif(MemoryStream kept, byte[]? tiff)
    {
        if (tiff is null) return;
        Span<byte> head = stackalloc byte[10];
        (head[0], head[1]) = (0xFF, JpegFile.App1);
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)(2 + ExifName.Length + tiff.Length));
        ExifName.CopyTo(head[4..]);
        kept.Write(head);
        kept.Write(tiff);
    }
}
