using Revela.Core.Assets;

namespace Revela.Imaging.Header;

/// <summary>HEIF and AVIF: the meta box's primary item, its size, crop and rotation, and how many pictures stand beside it (ISO/IEC 23008-12).</summary>
static class HeifHeader
{
    public static bool Is(UntrustedBytes bytes)
    {
        if (!bytes.StartsWith(4, "ftyp"u8)) return false;
        for (var brand = 8L; brand < Math.Min(bytes.U32(0), 256) - 3; brand += 4)
            if (brand != 12 && IsBrand(bytes.Peek(brand, 4)))
                return true;
        return false;
    }

    public static ImageHeader Read(UntrustedBytes bytes)
    {
        var meta = Box.In(bytes, 0, bytes.Length).FirstOrDefault(b => b.Is("meta"u8)) ?? throw HeaderReader.Broken("the HEIF has no meta box");
        var boxes = Box.In(bytes, meta.Body + 4, meta.End).ToArray();

        var items = HeifItems.Read(bytes, boxes);
        var properties = HeifProperties.Of(bytes, boxes, items.Primary);
        if (properties.Width == 0 || properties.Height == 0) throw HeaderReader.Broken("the HEIF does not tell the size of its picture");

        var isAvif = properties.IsAv1 || items.PrimaryIs("av01"u8);
        return new ImageHeader(isAvif ? "image/avif" : "image/heif", properties.Width, properties.Height,
            items.Pictures, properties.Channels + (items.PrimaryHasAuxiliary ? 1 : 0), properties.Bits > 8 ? 16 : 8);
    }

    static bool IsBrand(ReadOnlySpan<byte> brand) =>
        brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("heim"u8) || brand.SequenceEqual("heis"u8)
        || brand.SequenceEqual("hevc"u8) || brand.SequenceEqual("hevx"u8) || brand.SequenceEqual("mif1"u8) || brand.SequenceEqual("mif2"u8)
        || brand.SequenceEqual("msf1"u8) || brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8);
}

/// <summary>One ISO base media box: its kind, and where its body begins and ends.</summary>
sealed record Box(UntrustedBytes Bytes, long KindAt, long Body, long End)
{
    public bool Is(ReadOnlySpan<byte> kind) => Bytes.StartsWith(KindAt, kind);

    /// <summary>Version of a full box.</summary>
    public byte Version => Bytes.U8(Body);

    public int Flags => (int)(Bytes.U32(Body) & 0xFFFFFF);

    /// <summary>The boxes side by side in a range. One that would leave the range ends at its end and is the last.</summary>
    public static IEnumerable<Box> In(UntrustedBytes bytes, long start, long end)
    {
        end = Math.Min(end, bytes.Length);
        for (var parts = 0; parts < HeaderReader.MaxParts && end - start >= 8; parts++)
        {
            ulong size = bytes.U32(start);
            var head = 8;
            if (size == 1 && end - start >= 16) (size, head) = (bytes.U64(start + 8), 16);
            if (size == 0 || size > (ulong)(end - start)) size = (ulong)(end - start);
            if (size < (ulong)head) yield break;

            yield return new Box(bytes, start + 4, start + head, start + (long)size);
            start += (long)size;
        }
    }
}
