using System.Buffers.Binary;

namespace Revela.Imaging.Operations.Development;

/// <summary>
/// Tells whether an ICC profile is sRGB by its numbers (ICC.1:2010: matrix/TRC profiles), not by its name: then no transform is needed.
/// A grey profile counts when its curve is sRGB's.
/// </summary>
static class SrgbProfile
{
    const uint Rgb = 0x52474220, Gray = 0x47524159;

    // Colorants adapted to D50, as in the profiles in use; they differ from one another in the third digit.
    static readonly double[][] Colorants = [[0.4361, 0.2225, 0.0139], [0.3851, 0.7169, 0.0971], [0.1431, 0.0606, 0.7141]];
    const double ColorantTolerance = 0.0035;
    const double CurveTolerance = 0.004;

    public static bool Is(ReadOnlySpan<byte> profile)
    {
        if (profile.Length < 132) return false;
        try
        {
            return BinaryPrimitives.ReadUInt32BigEndian(profile[16..]) switch
            {
                Rgb => HasColorants(profile) && IsCurve(profile, "rTRC"u8) && IsCurve(profile, "gTRC"u8) && IsCurve(profile, "bTRC"u8),
                Gray => IsCurve(profile, "kTRC"u8),
                _ => false,
            };
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    static bool HasColorants(ReadOnlySpan<byte> profile)
    {
        ReadOnlySpan<byte> names = "rXYZgXYZbXYZ"u8;
        for (var i = 0; i < 3; i++)
        {
            var tag = Tag(profile, names.Slice(i * 4, 4));
            if (tag.Length < 20) return false;
            for (var axis = 0; axis < 3; axis++)
                if (Math.Abs(Fixed(tag[(8 + axis * 4)..]) - Colorants[i][axis]) > ColorantTolerance) return false;
        }
        return true;
    }

    static bool IsCurve(ReadOnlySpan<byte> profile, ReadOnlySpan<byte> name)
    {
        var tag = Tag(profile, name);
        if (tag.Length < 12) return false;
        foreach (var x in (ReadOnlySpan<double>)[0.02, 0.1, 0.25, 0.5, 0.75, 0.95])
            if (Evaluate(tag, x) is not { } y || Math.Abs(y - Srgb(x)) > CurveTolerance) return false;
        return true;
    }

    static double Srgb(double x) => x <= 0.04045 ? x / 12.92 : Math.Pow((x + 0.055) / 1.055, 2.4);

    static double? Evaluate(ReadOnlySpan<byte> tag, double x)
    {
        if (tag[..4].SequenceEqual("curv"u8))
        {
            var count = checked((int)BinaryPrimitives.ReadUInt32BigEndian(tag[8..]));
            if (count < 2) return count == 0 ? x : Math.Pow(x, BinaryPrimitives.ReadUInt16BigEndian(tag[12..]) / 256.0);
            var at = x * (count - 1);
            var low = (int)at;
            double a = BinaryPrimitives.ReadUInt16BigEndian(tag[(12 + low * 2)..]), b = BinaryPrimitives.ReadUInt16BigEndian(tag[(14 + low * 2)..]);
            return (a + (b - a) * (at - low)) / 65535;
        }
        if (!tag[..4].SequenceEqual("para"u8) || BinaryPrimitives.ReadUInt16BigEndian(tag[8..]) != 3) return null;
        double Parameter(ReadOnlySpan<byte> t, int i) => Fixed(t[(12 + i * 4)..]);
        var (g, pa, pb, c, d) = (Parameter(tag, 0), Parameter(tag, 1), Parameter(tag, 2), Parameter(tag, 3), Parameter(tag, 4));
        return x >= d ? Math.Pow(pa * x + pb, g) : c * x;
    }

    /// <summary>The bytes of a tag; none when it is absent or lies outside.</summary>
    public static ReadOnlySpan<byte> Tag(ReadOnlySpan<byte> profile, ReadOnlySpan<byte> name)
    {
        var count = Math.Min(BinaryPrimitives.ReadUInt32BigEndian(profile[128..]), 100);
        for (var i = 0; i < count; i++)
        {
            var entry = profile.Slice(132 + i * 12, 12);
            if (!entry[..4].SequenceEqual(name)) continue;
            var (offset, size) = (BinaryPrimitives.ReadUInt32BigEndian(entry[4..]), BinaryPrimitives.ReadUInt32BigEndian(entry[8..]));
            return offset > profile.Length || size > profile.Length - offset ? default : profile.Slice((int)offset, (int)size);
        }
        return default;
    }

    // s15Fixed16Number.
    static double Fixed(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadInt32BigEndian(at) / 65536.0;
}
