using System.Buffers.Binary;
using Revela.Core.Pipelines;
using Revela.Imaging.Native.TurboJpeg;
using Revela.Imaging.Operations.Development;

namespace Revela.Imaging.Operations.Lossless;

/// <summary>PNG and WebP files whose pixels no step changes: metadata are left out by their chunks, the coded picture stays, bit for bit.</summary>
static class LosslessStrip
{
    const byte WebpProfile = 0x20, WebpExif = 0x08, WebpXmp = 0x04;

    /// <returns>False when pixels have to be touched or the file is damaged; then nothing was written.</returns>
    public static bool TryWrite(StepRun run, PictureFormat format, IReadOnlyList<BoundStep> steps, string path)
    {
        if (format != Formats.Png && format != Formats.Webp || !steps.All(s => MayChangeNothing(s, format))) return false;
        var (width, height, _) = PictureSource.Measure(run, format);
        if (!steps.All(s => ChangesNothing(s, width, height))) return false;
        var keep = steps.Select(s => s.Options).OfType<Strip.Options>().Select(Strip.Keep).LastOrDefault() ?? Keepsakes.Default;
        using var bytes = NativeBytes.Map(run.InputPath);
        var result = format == Formats.Png ? Png(bytes.Span, keep) : Webp(bytes.Span, keep);
        if (result is null) return false;
        File.WriteAllBytes(path, result);
        return true;
    }

    static bool MayChangeNothing(BoundStep step, PictureFormat format) => step.Options switch
    {
        Strip.Options or Pause.Options or Resize.Options or Thumbnail.Options => true,
        Rotate.Options rotate => Rotate.Quarters(rotate) == 0,
        Convert.Options convert => convert is { Quality: null, Effort: null, Progressive: false, Lossless: false } && (convert.Format is not { } f || Formats.Of(f) == format),
        _ => false,
    };

    static bool ChangesNothing(BoundStep step, int width, int height)
    {
        var before = new Shape(width, height, 1, 3, 1);
        return step.Operation.After(before, step.Options) == before;
    }

    static byte[]? Png(ReadOnlySpan<byte> bytes, Keepsakes keep)
    {
        using var kept = new MemoryStream(bytes.Length);
        kept.Write(bytes[..8]);
        for (var at = 8; at + 12 <= bytes.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
            if (length > bytes.Length - at - 12) return null;
            var chunk = bytes.Slice(at, (int)length + 12);
            var name = chunk.Slice(4, 4);
            at += chunk.Length;

            if (name.SequenceEqual("eXIf"u8))
            {
                if (ExifBlob.Orientation(chunk[8..^4]) != 1) return null;
                WritePngExif(kept, ExifBlob.Clean(chunk[8..^4], keep, null));
            }
            else if (IsKeptInPng(name, keep) && (keep.Gps || !MayNameThePlace(name, chunk))) kept.Write(chunk);
            if (name.SequenceEqual("IEND"u8)) return kept.ToArray();
        }
        return null;
    }

    // A capital first letter marks chunks that the picture needs; of the others those that say how it looks.
    static bool IsKeptInPng(ReadOnlySpan<byte> name, Keepsakes keep)
    {
        if (char.IsAsciiLetterUpper((char)name[0])) return true;
        ReadOnlySpan<byte> looks = "tRNSgAMAcHRMsRGBsBITpHYsbKGDacTLfcTLfdAT"u8;
        for (var i = 0; i < looks.Length; i += 4)
            if (name.SequenceEqual(looks.Slice(i, 4))) return true;
        return name.SequenceEqual("iCCP"u8) ? keep.Profile : keep.Other;
    }

    // Some programs write whole EXIF blocks as texts; a packed text cannot be looked into.
    static bool MayNameThePlace(ReadOnlySpan<byte> name, ReadOnlySpan<byte> chunk) =>
        name.SequenceEqual("zTXt"u8) || (name.SequenceEqual("iTXt"u8) || name.SequenceEqual("tEXt"u8)) && (chunk.IndexOf("GPS"u8) >= 0 || chunk.IndexOf("Raw profile"u8) >= 0);

    static void WritePngExif(MemoryStream kept, byte[]? tiff)
    {
        if (tiff is null) return;
        var chunk = new byte[tiff.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, tiff.Length);
        "eXIf"u8.CopyTo(chunk.AsSpan(4));
        tiff.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc(chunk.AsSpan(4, tiff.Length + 4)));
        kept.Write(chunk);
    }

    static byte[]? Webp(ReadOnlySpan<byte> bytes, Keepsakes keep)
    {
        if (bytes.Length < 20) return null;
        using var kept = new MemoryStream(bytes.Length);
        kept.Write(bytes[..12]);
        byte flags = 0;
        var end = (int)Math.Min(bytes.Length, 8 + (long)BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]));
        for (var at = 12; at + 8 <= end;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]);
            if (length > end - at - 8) return null;
            var chunk = bytes.Slice(at, (int)Math.Min(length + 8 + (length & 1), end - at));
            var data = chunk.Slice(8, (int)length);
            at += chunk.Length;

            var name = chunk[..4];
            if (name.SequenceEqual("EXIF"u8))
            {
                var tiff = data.StartsWith("Exif\0\0"u8) ? data[6..] : data;
                if (ExifBlob.Orientation(tiff) != 1) return null;
                if (ExifBlob.Clean(tiff, keep, null) is { } clean) flags |= WriteWebp(kept, name, clean, WebpExif);
            }
            else if (name.SequenceEqual("XMP "u8))
            {
                if (keep.Other && (keep.Gps || data.IndexOf("GPS"u8) < 0)) flags |= WriteWebp(kept, name, data, WebpXmp);
            }
            else if (name.SequenceEqual("ICCP"u8))
            {
                if (keep.Profile) flags |= WriteWebp(kept, name, data, WebpProfile);
            }
            else kept.Write(chunk);
        }
        return Finished(kept.ToArray(), flags);
    }

    static byte WriteWebp(MemoryStream kept, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data, byte flag)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, data.Length);
        kept.Write(name);
        kept.Write(length);
        kept.Write(data);
        if (data.Length % 2 == 1) kept.WriteByte(0);
        return flag;
    }

    // The extended header, always first when there is one, announces what follows.
    static byte[] Finished(byte[] webp, byte flags)
    {
        BinaryPrimitives.WriteInt32LittleEndian(webp.AsSpan(4), webp.Length - 8);
        if (webp.AsSpan(12, 4).SequenceEqual("VP8X"u8)) webp[20] = (byte)(webp[20] & ~(WebpProfile | WebpExif | WebpXmp) | flags);
        return webp;
    }

    static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }
        return ~crc;
    }
}
