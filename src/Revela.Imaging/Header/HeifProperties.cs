namespace Revela.Imaging.Header;

/// <summary>Size, crop, rotation and depth of one HEIF item, taken in the order in which the file applies them.</summary>
sealed class HeifProperties
{
    /// <summary>Association tables read: one for each version and width that the standard knows.</summary>
    const int MaxTables = 4;

    /// <summary>As displayed.</summary>
    public int Width { get; private set; }
    public int Height { get; private set; }
    public int Channels { get; private set; } = 3;
    public int Bits { get; private set; } = 8;
    public bool IsAv1 { get; private set; }

    public static HeifProperties Of(UntrustedBytes bytes, IReadOnlyList<Box> meta, uint item)
    {
        var result = new HeifProperties();
        if (meta.FirstOrDefault(b => b.Is("iprp"u8)) is not { } iprp) return result;
        var boxes = Box.In(bytes, iprp.Body, iprp.End).ToArray();
        if (boxes.FirstOrDefault(b => b.Is("ipco"u8)) is not { } container) return result;

        var properties = Box.In(bytes, container.Body, container.End).ToArray();
        foreach (var ipma in boxes.Where(b => b.Is("ipma"u8)).Take(MaxTables))
            foreach (var index in Associated(bytes, ipma, item))
                if (index > 0 && index <= properties.Length)
                    result.Apply(bytes, properties[index - 1]);
        return result;
    }

    void Apply(UntrustedBytes bytes, Box property)
    {
        if (property.Is("ispe"u8)) (Width, Height) = (HeaderReader.Side(bytes.U32(property.Body + 4)), HeaderReader.Side(bytes.U32(property.Body + 8)));
        else if (property.Is("clap"u8)) Crop(bytes, property.Body);
        else if (property.Is("irot"u8) && (bytes.U8(property.Body) & 1) != 0) (Width, Height) = (Height, Width);
        else if (property.Is("pixi"u8)) (Channels, Bits) = (Math.Max((byte)1, bytes.U8(property.Body + 4)), bytes.U8(property.Body + 5));
        else if (property.Is("av1C"u8)) IsAv1 = true;
    }

    /// <summary>A clean aperture shrinks the picture; one that would enlarge it is ignored.</summary>
    void Crop(UntrustedBytes bytes, long at)
    {
        uint width = bytes.U32(at) / Math.Max(1, bytes.U32(at + 4)), height = bytes.U32(at + 8) / Math.Max(1, bytes.U32(at + 12));
        if (width > 0 && width <= Width) Width = (int)width;
        if (height > 0 && height <= Height) Height = (int)height;
    }

    /// <summary>Indices, from 1, of the properties of an item, in the order in which they are applied.</summary>
    static IEnumerable<int> Associated(UntrustedBytes bytes, Box ipma, uint item)
    {
        bool wideIds = ipma.Version >= 1, wideIndices = (ipma.Flags & 1) != 0;
        long entries = Math.Min(bytes.U32(ipma.Body + 4), HeaderReader.MaxParts), at = ipma.Body + 8;
        for (var i = 0; i < entries && at < ipma.End; i++)
        {
            var id = wideIds ? bytes.U32(at) : bytes.U16(at);
            at += wideIds ? 4 : 2;
            int count = bytes.U8(at++);
            for (var k = 0; k < count && id == item; k++)
                yield return wideIndices ? bytes.U16(at + 2 * k) & 0x7FFF : bytes.U8(at + k) & 0x7F;
            at += count * (wideIndices ? 2 : 1);
        }
    }
}
