namespace Revela.Imaging.Upscale;

/// <summary>Between sRGB's numbers and amounts of light (IEC 61966-2-1), 0–1 on both sides.</summary>
static class LinearLight
{
    // Fine enough that every number of 8 bits comes back as itself: the steepest part of the curve moves 0.2 of a number an entry.
    const int Entries = 16384;

    static readonly Lazy<float[]> Of8 = new(() => Table(256));
    static readonly Lazy<float[]> Of16 = new(() => Table(65536));
    static readonly Lazy<byte[]> To8 = new(() => [.. Enumerable.Range(0, Entries).Select(i => (byte)Math.Round(255 * Encode(i / (Entries - 1.0))))]);

    /// <summary>Light by number, for numbers of 8 bits.</summary>
    public static float[] From8 => Of8.Value;

    /// <summary>Light by number, for numbers of 16 bits.</summary>
    public static float[] From16 => Of16.Value;

    /// <summary>Number of 8 bits by light in <see cref="Entries"/> steps; clips.</summary>
    public static byte ToByte(float light) => To8.Value[(int)(Math.Clamp(light, 0, 1) * (Entries - 1) + 0.5f)];

    public static ushort ToWord(float light) => (ushort)(65535 * Encode(Math.Clamp(light, 0, 1)) + 0.5);

    static double Encode(double light) => light <= 0.0031308 ? 12.92 * light : 1.055 * Math.Pow(light, 1 / 2.4) - 0.055;

    static double Decode(double number) => number <= 0.04045 ? number / 12.92 : Math.Pow((number + 0.055) / 1.055, 2.4);

    static float[] Table(int count) => [.. Enumerable.Range(0, count).Select(i => (float)Decode(i / (count - 1.0)))];
}
