using System.Buffers.Binary;
using System.Text;

namespace Revela.Tests.Imaging.Header;

/// <summary>Builds small HEIF files, box by box, that hold everything but pixels.</summary>
static class Heif
{
    public static byte[] File(byte[] properties, byte[] associated, (byte Id, bool Hidden)[]? items = null, byte[]? references = null) =>
    [
        .. Box("ftyp", [.. "heic"u8, 0, 0, 0, 0, .. "mif1heic"u8]),
        .. Box("meta",
        [
            0, 0, 0, 0,
            .. Box("pitm", [0, 0, 0, 0, 0, 1]),
            .. Items(items ?? [(1, false)]),
            .. references ?? [],
            .. Box("iprp",
            [
                .. Box("ipco", properties),
                .. Box("ipma", [0, 0, 0, 0, 0, 0, 0, 1, 0, 1, (byte)associated.Length, .. associated]),
            ]),
        ]),
    ];

    public static byte[] Box(string kind, params uint[] words)
    {
        var body = new byte[words.Length * 4];
        for (var i = 0; i < words.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(4 * i), words[i]);
        return Box(kind, body);
    }

    public static byte[] Box(string kind, byte[] body)
    {
        var size = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, 8 + body.Length);
        return [.. size, .. Encoding.ASCII.GetBytes(kind), .. body];
    }

    static byte[] Items((byte Id, bool Hidden)[] items) =>
        Box("iinf", [0, 0, 0, 0, 0, (byte)items.Length, .. items.SelectMany(i => Box("infe", [2, 0, 0, i.Hidden ? (byte)1 : (byte)0, 0, i.Id, 0, 0, .. "hvc1"u8, 0]))]);
}
