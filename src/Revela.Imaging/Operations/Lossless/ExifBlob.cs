using System.Buffers.Binary;
using Revela.Imaging.Operations.Development;

namespace Revela.Imaging.Operations.Lossless;

/// <summary>
/// EXIF as bytes (TIFF 6.0 directories): made upright, without the place, the maker's note and the old thumbnail, or cut down to the copyright.
/// Anything that does not fit together makes the whole block be dropped.
/// </summary>
static class ExifBlob
{
    const ushort Artist = 0x013B, Copyright = 0x8298, OrientationTag = 0x0112, ExifDirectory = 0x8769, GpsDirectory = 0x8825, MakerNote = 0x927C;
    const ushort PixelWidth = 0xA002, PixelHeight = 0xA003;
    const int Entry = 12;
    static readonly int[] Sizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

    /// <summary>1–8; 1 when absent or unreadable.</summary>
    public static int Orientation(ReadOnlySpan<byte> tiff)
    {
        var copy = new Block(tiff.ToArray());
        try
        {
            var value = copy.Find(copy.First, OrientationTag) is { } entry ? copy.U16(entry + 8) : 1;
            return value is >= 1 and <= 8 ? value : 1;
        }
        catch (Exception e) when (IsMisfit(e))
        {
            return 1;
        }
    }

    /// <summary>The block for the result; null when nothing of it is to be kept.</summary>
    /// <param name="size">Of the result, when it differs from what the block says.</param>
    public static byte[]? Clean(ReadOnlySpan<byte> tiff, Keepsakes keep, (int Width, int Height)? size)
    {
        if (!keep.Other && !keep.Copyright) return null;
        var block = new Block(tiff.ToArray());
        try
        {
            return keep.Other ? Upright(block, keep, size) : CopyrightOnly(block);
        }
        catch (Exception e) when (IsMisfit(e))
        {
            return null;
        }
    }

    static bool IsMisfit(Exception e) => e is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException or InvalidDataException;

    static byte[] Upright(Block block, Keepsakes keep, (int Width, int Height)? size)
    {
        var first = block.First;
        if (block.Find(first, OrientationTag) is { } orientation) block.SetU16(orientation + 8, 1);
        if (!keep.Gps && block.Find(first, GpsDirectory) is { } gps)
        {
            block.WipeDirectory(block.U32(gps + 8));
            block.Remove(first, gps);
        }
        if (block.Find(first, ExifDirectory) is { } exif)
        {
            var directory = block.U32(exif + 8);
            if (size is not null && block.Find(directory, PixelWidth) is { } w) block.SetNumber(w, size.Value.Width);
            if (size is not null && block.Find(directory, PixelHeight) is { } h) block.SetNumber(h, size.Value.Height);
            if (block.Find(directory, MakerNote) is { } note)
            {
                block.WipeValue(note);
                block.Remove(directory, note);
            }
        }
        block.EndAfterFirst();
        return block.Bytes;
    }

    static byte[]? CopyrightOnly(Block block)
    {
        var kept = new[] { Artist, Copyright }
            .Select(tag => (Tag: tag, Entry: block.Find(block.First, tag)))
            .Where(e => e.Entry is not null)
            .Select(e => (e.Tag, Value: block.Value(e.Entry!.Value)))
            .ToArray();
        if (kept.Length == 0) return null;

        var head = 8 + 2 + kept.Length * Entry + 4;
        var bytes = new byte[head + kept.Sum(k => k.Value.Length)];
        "II*\0\b\0\0\0"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)kept.Length);
        for (int i = 0, at = 10, data = head; i < kept.Length; i++, at += Entry)
        {
            var value = kept[i].Value;
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), kept[i].Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at + 2), 2);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at + 4), (uint)value.Length);
            // Up to four bytes stand in the entry itself.
            if (value.Length > 4) BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at + 8), (uint)data);
            value.CopyTo(bytes.AsSpan(value.Length > 4 ? data : at + 8));
            if (value.Length > 4) data += value.Length;
        }
        return bytes;
    }

    /// <summary>Reads and changes a TIFF block; every access is checked by the array's bounds.</summary>
    sealed class Block
    {
        readonly bool little;

        public Block(byte[] bytes)
        {
            Bytes = bytes;
            little = bytes is [(byte)'I', (byte)'I', ..];
        }

        public byte[] Bytes { get; }

        public int First => Bytes.Length >= 8 && U16(2) == 42 ? U32(4) : throw new InvalidDataException("no TIFF header");

        public int U16(int at) => little ? BinaryPrimitives.ReadUInt16LittleEndian(Bytes.AsSpan(at)) : BinaryPrimitives.ReadUInt16BigEndian(Bytes.AsSpan(at));

        public int U32(int at) => checked((int)(little ? BinaryPrimitives.ReadUInt32LittleEndian(Bytes.AsSpan(at)) : BinaryPrimitives.ReadUInt32BigEndian(Bytes.AsSpan(at))));

        public void SetU16(int at, int value)
        {
            if (little) BinaryPrimitives.WriteUInt16LittleEndian(Bytes.AsSpan(at), checked((ushort)value));
            else BinaryPrimitives.WriteUInt16BigEndian(Bytes.AsSpan(at), checked((ushort)value));
        }

        /// <summary>Writes a number as the short or long that the entry is.</summary>
        public void SetNumber(int entry, int value)
        {
            if (U16(entry + 2) == 3) SetU16(entry + 8, value);
            else SetU32(entry + 8, value);
        }

        /// <summary>Offset of the entry with this tag.</summary>
        public int? Find(int directory, int tag)
        {
            var count = U16(directory);
            for (var i = 0; i < count; i++)
                if (U16(directory + 2 + i * Entry) == tag) return directory + 2 + i * Entry;
            return null;
        }

        public ReadOnlySpan<byte> Span(int entry)
        {
            var type = U16(entry + 2);
            var length = checked(U32(entry + 4) * (type < Sizes.Length ? Sizes[type] : 1));
            return Bytes.AsSpan(length > 4 ? U32(entry + 8) : entry + 8, length);
        }

        public byte[] Value(int entry) => Span(entry).ToArray();

        public void WipeValue(int entry)
        {
            var length = Span(entry).Length;
            Bytes.AsSpan(length > 4 ? U32(entry + 8) : entry + 8, length).Clear();
        }

        public void WipeDirectory(int directory)
        {
            var count = U16(directory);
            for (var i = 0; i < count; i++) WipeValue(directory + 2 + i * Entry);
            Bytes.AsSpan(directory, 2 + count * Entry).Clear();
        }

        /// <summary>Takes an entry out; those behind it move up, the pointer to the next directory with them.</summary>
        public void Remove(int directory, int entry)
        {
            var count = U16(directory);
            var end = directory + 2 + count * Entry + 4;
            Bytes.AsSpan(entry + Entry, end - entry - Entry).CopyTo(Bytes.AsSpan(entry));
            Bytes.AsSpan(end - Entry, Entry).Clear();
            SetU16(directory, count - 1);
        }

        /// <summary>Drops the second directory with its thumbnail, which shows the picture as it was.</summary>
        public void EndAfterFirst()
        {
            var pointer = First + 2 + U16(First) * Entry;
            var second = U32(pointer);
            SetU32(pointer, 0);
            if (second == 0) return;
            if (Find(second, 0x0201) is { } offset && Find(second, 0x0202) is { } length)
                Bytes.AsSpan(U32(offset + 8), U32(length + 8)).Clear();
            WipeDirectory(second);
        }

        void SetU32(int at, int value)
        {
            if (little) BinaryPrimitives.WriteInt32LittleEndian(Bytes.AsSpan(at), value);
            else BinaryPrimitives.WriteInt32BigEndian(Bytes.AsSpan(at), value);
        }
    }
}
