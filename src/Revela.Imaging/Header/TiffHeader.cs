using Revela.Core.Assets;

namespace Revela.Imaging.Header;

/// <summary>TIFF and BigTIFF: the first directory's size and the length of the chain of directories (TIFF 6.0).</summary>
static class TiffHeader
{
    const int Width = 256, Height = 257, BitsPerSample = 258, Photometric = 262, Orientation = 274, SamplesPerPixel = 277;
    const int Palette = 3;
    const int MaxEntries = 4096;

    public static bool Is(UntrustedBytes bytes) =>
        bytes.StartsWith(0, "II*\0"u8) || bytes.StartsWith(0, "MM\0*"u8) || bytes.StartsWith(0, "II+\0"u8) || bytes.StartsWith(0, "MM\0+"u8);

    public static ImageHeader Read(UntrustedBytes bytes)
    {
        var file = new Layout(bytes, Little: bytes.StartsWith(0, "II"u8), Big: bytes.StartsWith(0, "II+"u8) || bytes.StartsWith(0, "MM\0+"u8));
        var first = file.Offset(file.Big ? 8 : 4);
        return Page(file, first) with { Frames = CountPages(file, first) };
    }

    /// <summary>Of a tag that comes twice the first counts, as in libtiff.</summary>
    static ImageHeader Page(Layout file, long directory)
    {
        ulong? width = null, height = null, bits = null, samples = null, orientation = null, photometric = null;
        var entries = Math.Min(file.Entries(directory), MaxEntries);
        for (var i = 0; i < entries; i++)
        {
            var entry = directory + file.CountSize + (long)file.EntrySize * i;
            switch (file.Bytes.U16(entry, file.Little))
            {
                case Width: width ??= file.Value(entry); break;
                case Height: height ??= file.Value(entry); break;
                case BitsPerSample: bits ??= file.Value(entry); break;
                case Photometric: photometric ??= file.Value(entry); break;
                case Orientation: orientation ??= file.Value(entry); break;
                case SamplesPerPixel: samples ??= file.Value(entry); break;
            }
        }
        var isPalette = photometric == Palette;
        var header = new ImageHeader("image/tiff", HeaderReader.Side(width ?? 0), HeaderReader.Side(height ?? 0), Frames: 1,
            isPalette ? 3 : HeaderReader.Side(Math.Min(samples ?? 1, ushort.MaxValue)), isPalette ? 8 : Depth(bits ?? 1));
        return HeaderReader.Oriented(header, (int)Math.Min(orientation ?? 1, 9));
    }

    static int Depth(ulong bits) => bits switch { <= 8 => 8, <= 16 => 16, <= 32 => 32, _ => 64 };

    /// <summary>A link that is damaged or leads back ends the chain; what came before counts.</summary>
    static int CountPages(Layout file, long first)
    {
        var seen = new HashSet<long>();
        for (var directory = first; seen.Count < HeaderReader.MaxParts && directory > 0 && file.Bytes.Has(directory, file.CountSize);)
        {
            if (!seen.Add(directory)) break;
            var link = directory + file.CountSize + file.EntrySize * file.Entries(directory);
            if (!file.Bytes.Has(link, file.OffsetSize)) break;
            directory = file.Offset(link);
        }
        return seen.Count;
    }

    /// <summary>How wide counts, entries and offsets are in this file.</summary>
    sealed record Layout(UntrustedBytes Bytes, bool Little, bool Big)
    {
        public int CountSize => Big ? 8 : 2;
        public int EntrySize => Big ? 20 : 12;
        public int OffsetSize => Big ? 8 : 4;

        /// <returns>−1 for an offset that no file reaches.</returns>
        public long Offset(long at) => Big ? (Bytes.U64(at, Little) is <= long.MaxValue and var offset ? (long)offset : -1) : Bytes.U32(at, Little);

        public long Entries(long directory) => Big ? (long)Math.Min(Bytes.U64(directory, Little), ushort.MaxValue) : Bytes.U16(directory, Little);

        /// <summary>The entry's first value, if it is a whole number; else 0.</summary>
        public ulong Value(long entry)
        {
            var type = Bytes.U16(entry + 2, Little);
            var count = Big ? Bytes.U64(entry + 4, Little) : Bytes.U32(entry + 4, Little);
            var size = type switch { 1 => 1, 3 => 2, 4 => 4, 16 when Big => 8, _ => 0 };
            var at = entry + (Big ? 12 : 8);
            if (size == 0 || count == 0) return 0;
            if (count > (ulong)(OffsetSize / size)) at = Offset(at);
            return size switch { 1 => Bytes.U8(at), 2 => Bytes.U16(at, Little), 4 => Bytes.U32(at, Little), _ => Bytes.U64(at, Little) };
        }
    }
}
