namespace Revela.Imaging.Header;

/// <summary>Which item of a HEIF is the picture, and how many pictures it holds that are not parts of another.</summary>
sealed class HeifItems
{
    const int MaxTiles = 100_000;

    readonly Dictionary<uint, uint> kinds = [];
    readonly HashSet<uint> parts = [];
    readonly HashSet<uint> masters = [];
    int tilesRead;

    public uint Primary { get; private set; }

    /// <summary>Pictures that are neither hidden nor a thumbnail, a mask or a tile; at least 1.</summary>
    public int Pictures => Math.Max(1, kinds.Count(k => IsPicture(k.Value) && !parts.Contains(k.Key)));

    /// <summary>A picture beside it is bound to it: in most files its alpha.</summary>
    public bool PrimaryHasAuxiliary => masters.Contains(Primary);

    public bool PrimaryIs(ReadOnlySpan<byte> kind) => kinds.TryGetValue(Primary, out var known) && known == Code(kind);

    public static HeifItems Read(UntrustedBytes bytes, IReadOnlyList<Box> meta)
    {
        var items = new HeifItems();
        if (meta.FirstOrDefault(b => b.Is("pitm"u8)) is { } pitm) items.Primary = pitm.Version == 0 ? bytes.U16(pitm.Body + 4) : bytes.U32(pitm.Body + 4);
        if (meta.FirstOrDefault(b => b.Is("iinf"u8)) is { } iinf) items.ReadKinds(bytes, iinf);
        if (meta.FirstOrDefault(b => b.Is("iref"u8)) is { } iref) items.ReadReferences(bytes, iref);
        return items;
    }

    void ReadKinds(UntrustedBytes bytes, Box iinf)
    {
        foreach (var entry in Box.In(bytes, iinf.Body + (iinf.Version == 0 ? 6 : 8), iinf.End).Where(b => b.Is("infe"u8) && b.Version >= 2))
        {
            var wide = entry.Version > 2;
            var id = wide ? bytes.U32(entry.Body + 4) : bytes.U16(entry.Body + 4);
            kinds[id] = bytes.U32(entry.Body + (wide ? 10 : 8));
            if ((entry.Flags & 1) != 0) parts.Add(id);
        }
    }

    /// <summary>A thumbnail or auxiliary picture points from itself to its master; a grid points from itself to its tiles.</summary>
    void ReadReferences(UntrustedBytes bytes, Box iref)
    {
        var size = iref.Version == 0 ? 2 : 4;
        foreach (var reference in Box.In(bytes, iref.Body + 4, iref.End))
        {
            if (reference.Is("thmb"u8) || reference.Is("auxl"u8)) parts.Add(Id(bytes, reference.Body, size));
            if (reference.Is("auxl"u8)) masters.Add(Id(bytes, reference.Body + size + 2, size));
            if (reference.Is("dimg"u8)) AddTiles(bytes, reference, size);
        }
    }

    void AddTiles(UntrustedBytes bytes, Box reference, int size)
    {
        int tiles = bytes.U16(reference.Body + size);
        for (var i = 0; i < tiles && tilesRead++ < MaxTiles; i++)
        {
            var at = reference.Body + size + 2 + (long)i * size;
            if (at + size > reference.End) return;
            parts.Add(Id(bytes, at, size));
        }
    }

    static uint Id(UntrustedBytes bytes, long at, int size) => size == 2 ? bytes.U16(at) : bytes.U32(at);

    static bool IsPicture(uint kind) => kind == Code("hvc1"u8) || kind == Code("av01"u8) || kind == Code("grid"u8)
        || kind == Code("iden"u8) || kind == Code("iovl"u8) || kind == Code("avc1"u8) || kind == Code("jpeg"u8);

    static uint Code(ReadOnlySpan<byte> kind) => (uint)(kind[0] << 24 | kind[1] << 16 | kind[2] << 8 | kind[3]);
}
