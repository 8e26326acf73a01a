namespace Revela.Bench;

/// <summary>The standard Huffman tables of ITU-T T.81, annex K.3, as codes by symbol.</summary>
sealed class HuffmanTable
{
    public static readonly (HuffmanTable Dc, HuffmanTable Ac) Luma = (
        new(0x00, [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], "000102030405060708090A0B"),
        new(0x10, [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7D],
            "01020300041105122131410613516107227114328191A1082342B1C11552D1F02433627282090A161718191A25262728292A3435363738393A434445464748494A"
            + "535455565758595A636465666768696A737475767778797A838485868788898A92939495969798999AA2A3A4A5A6A7A8A9AAB2B3B4B5B6B7B8B9BAC2C3C4C5C6C7"
            + "C8C9CAD2D3D4D5D6D7D8D9DAE1E2E3E4E5E6E7E8E9EAF1F2F3F4F5F6F7F8F9FA"));

    public static readonly (HuffmanTable Dc, HuffmanTable Ac) Chroma = (
        new(0x01, [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], "000102030405060708090A0B"),
        new(0x11, [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77],
            "000102031104052131061241510761711322328108144291A1B1C109233352F0156272D10A162434E125F11718191A262728292A35363738393A434445464748494A"
            + "535455565758595A636465666768696A737475767778797A82838485868788898A92939495969798999AA2A3A4A5A6A7A8A9AAB2B3B4B5B6B7B8B9BAC2C3C4C5C6C7"
            + "C8C9CAD2D3D4D5D6D7D8D9DAE2E3E4E5E6E7E8E9EAF2F3F4F5F6F7F8F9FA"));

    public static readonly HuffmanTable[] All = [Luma.Dc, Luma.Ac, Chroma.Dc, Chroma.Ac];

    public byte Id { get; }

    /// <summary>Codes per length, 1–16 bits.</summary>
    public byte[] Counts { get; }
    public byte[] Symbols { get; }
    public ushort[] Codes { get; } = new ushort[256];
    public byte[] Lengths { get; } = new byte[256];

    HuffmanTable(byte id, byte[] counts, string symbols)
    {
        (Id, Counts, Symbols) = (id, counts, Convert.FromHexString(symbols));
        var (code, next) = (0, 0);
        for (var length = 1; length <= 16; length++, code <<= 1)
        {
            for (var i = 0; i < counts[length - 1]; i++, next++, code++)
                (Codes[Symbols[next]], Lengths[Symbols[next]]) = ((ushort)code, (byte)length);
        }
    }
}
