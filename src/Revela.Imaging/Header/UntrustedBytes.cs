using System.Buffers.Binary;

namespace Revela.Imaging.Header;

/// <summary>Random access to a file that nobody vouches for: one small page in memory, every read checked against the length.</summary>
sealed class UntrustedBytes
{
    const int PageSize = 8192;

    readonly Stream stream;
    readonly byte[] page = new byte[PageSize];
    long pageStart;
    int pageCount;

    public UntrustedBytes(Stream stream)
    {
        this.stream = stream;
        Length = stream.Length;
    }

    public long Length { get; }

    public bool Has(long offset, long count) => offset >= 0 && count >= 0 && offset <= Length - count;

    /// <summary>At most <paramref name="count"/> bytes, fewer at the end of the file; valid until the next read.</summary>
    /// <param name="count">At most 1 KiB.</param>
    public ReadOnlySpan<byte> Peek(long offset, int count)
    {
        if (offset < 0 || offset >= Length) return [];
        if (offset < pageStart || offset + count > pageStart + pageCount) Load(offset);
        var start = (int)(offset - pageStart);
        return page.AsSpan(start, Math.Min(count, pageCount - start));
    }

    /// <exception cref="Core.RevelaException"><c>broken-image</c> when the file ends before.</exception>
    public ReadOnlySpan<byte> Take(long offset, int count)
    {
        var span = Peek(offset, count);
        return span.Length == count ? span : throw HeaderReader.Broken("the file ends in the middle of its header");
    }

    public bool StartsWith(long offset, ReadOnlySpan<byte> expected) => Peek(offset, expected.Length).SequenceEqual(expected);

    public byte U8(long offset) => Take(offset, 1)[0];

    public ushort U16(long offset, bool little = false)
    {
        var span = Take(offset, 2);
        return little ? BinaryPrimitives.ReadUInt16LittleEndian(span) : BinaryPrimitives.ReadUInt16BigEndian(span);
    }

    public int U24(long offset)
    {
        var span = Take(offset, 3);
        return span[0] | span[1] << 8 | span[2] << 16;
    }

    public uint U32(long offset, bool little = false)
    {
        var span = Take(offset, 4);
        return little ? BinaryPrimitives.ReadUInt32LittleEndian(span) : BinaryPrimitives.ReadUInt32BigEndian(span);
    }

    public ulong U64(long offset, bool little = false)
    {
        var span = Take(offset, 8);
        return little ? BinaryPrimitives.ReadUInt64LittleEndian(span) : BinaryPrimitives.ReadUInt64BigEndian(span);
    }

    void Load(long offset)
    {
        stream.Position = offset;
        pageStart = offset;
        pageCount = 0;
        pageCount = stream.ReadAtLeast(page, PageSize, throwOnEndOfStream: false);
    }
}
