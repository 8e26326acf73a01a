using System.Globalization;
using System.Numerics;

namespace Revela.Core.Assets;

/// <summary>
/// 64 bits of how a picture looks: they stay nearly the same when it is resized, recompressed or a little recoloured,
/// and about half of them differ between two pictures that have nothing to do with each other.
/// </summary>
public readonly record struct PerceptualHash(ulong Bits)
{
    /// <summary>What it is called in the data of a job.</summary>
    public const string Name = "perceptual_hash";

    /// <summary>The most bits by which pictures may differ that a store still finds.</summary>
    public const int FarthestAlike = 11;

    /// <summary>How many bits differ, 0–64.</summary>
    public int DistanceTo(PerceptualHash other) => BitOperations.PopCount(Bits ^ other.Bits);

    /// <summary>From its 16 hex digits; null when it is nothing of the kind.</summary>
    public static PerceptualHash? Read(string? hex) =>
        hex is { Length: 16 } && ulong.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits) ? new PerceptualHash(bits) : null;

    /// <summary>16 lower-case hex digits.</summary>
    public override string ToString() => Bits.ToString("x16", CultureInfo.InvariantCulture);
}
