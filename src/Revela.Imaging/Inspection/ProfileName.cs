using System.Buffers.Binary;
using System.Text;
using Revela.Imaging.Operations.Development;

namespace Revela.Imaging.Inspection;

/// <summary>What an ICC profile calls itself (ICC.1:2010, profileDescriptionTag, in the form of version 2 or 4).</summary>
static class ProfileName
{
    /// <summary>Null when it does not say.</summary>
    public static string? Of(ReadOnlySpan<byte> profile)
    {
        if (profile.Length < 132) return null;
        try
        {
            var tag = SrgbProfile.Tag(profile, "desc"u8);
            if (tag.Length < 12) return null;
            return PlainText.Of(tag[..4].SequenceEqual("mluc"u8) ? FirstOfMany(tag) : tag[..4].SequenceEqual("desc"u8) ? Ascii(tag) : null);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    static string Ascii(ReadOnlySpan<byte> tag) => Encoding.Latin1.GetString(tag.Slice(12, Length(tag[8..], tag.Length - 12)).TrimEnd((byte)0));

    static string FirstOfMany(ReadOnlySpan<byte> tag)
    {
        var offset = Length(tag[24..], tag.Length);
        return Encoding.BigEndianUnicode.GetString(tag.Slice(offset, Length(tag[20..], tag.Length - offset) & ~1));
    }

    static int Length(ReadOnlySpan<byte> number, int most) => (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(number), (uint)Math.Max(0, most));
}
