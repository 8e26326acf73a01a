namespace Revela.Imaging.Header;

/// <summary>Finds the orientation tag in a block of EXIF, which is a small TIFF inside other formats.</summary>
static class ExifOrientation
{
    const int Tag = 0x0112;
    const int Short = 3;
    const int MaxEntries = 1000;

    /// <returns>1–8; 1 when there is none or the block is damaged, as decoders do.</returns>
    /// <param name="start">Of the block, with or without its "Exif\0\0" prefix.</param>
    public static int Read(UntrustedBytes bytes, long start, long length)
    {
        if (!bytes.Has(start, length)) return 1;
        if (length > 6 && bytes.StartsWith(start, "Exif\0\0"u8)) (start, length) = (start + 6, length - 6);
        if (length < 8) return 1;

        var little = bytes.StartsWith(start, "II"u8);
        if (!little && !bytes.StartsWith(start, "MM"u8)) return 1;

        long directory = bytes.U32(start + 4, little);
        if (directory > length - 2) return 1;
        var entries = Math.Min((int)bytes.U16(start + directory, little), MaxEntries);

        for (var i = 0; i < entries; i++)
        {
            var entry = directory + 2 + 12L * i;
            if (entry + 12 > length) return 1;
            if (bytes.U16(start + entry, little) == Tag) return Value(bytes, start + entry, little);
        }
        return 1;
    }

    static int Value(UntrustedBytes bytes, long entry, bool little)
    {
        if (bytes.U16(entry + 2, little) != Short) return 1;
        int value = bytes.U16(entry + 8, little);
        return value is >= 1 and <= 8 ? value : 1;
    }
}
