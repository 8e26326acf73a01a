using System.Buffers.Binary;
using System.Text;

namespace Revela.Tests.Imaging.Onnx;

/// <summary>Writes fields of a protobuf message by hand: enough of the wire format for an ONNX file.</summary>
sealed class Protobuf
{
    const int Varint = 0, Delimited = 2, Fixed32 = 5;

    readonly MemoryStream bytes = new();

    public byte[] Bytes => bytes.ToArray();

    public Protobuf Number(int field, long value)
    {
        Key(field, Varint);
        Raw((ulong)value);
        return this;
    }

    public Protobuf Text(int field, string value) => Part(field, Encoding.UTF8.GetBytes(value));

    public Protobuf Message(int field, Protobuf inner) => Part(field, inner.Bytes);

    public Protobuf Float(int field, float value)
    {
        Key(field, Fixed32);
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(four, value);
        bytes.Write(four);
        return this;
    }

    public Protobuf Part(int field, ReadOnlySpan<byte> value)
    {
        Key(field, Delimited);
        Raw((ulong)value.Length);
        bytes.Write(value);
        return this;
    }

    void Key(int field, int kind) => Raw((ulong)(field << 3 | kind));

    void Raw(ulong value)
    {
        for (; value > 0x7F; value >>= 7) bytes.WriteByte((byte)(value | 0x80));
        bytes.WriteByte((byte)value);
    }
}
