using System.Text;
using Revela.Imaging.Upscale;

namespace Revela.Imaging.Inspection;

/// <summary>
/// A few dozen characters that a page can paint as a blurred picture before the real one has come: BlurHash
/// (github.com/woltapp/blurhash, Algorithm.md), 4 × 3 waves of colour, 3 × 4 for pictures that stand upright.
/// </summary>
static class BlurHash
{
    const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";
    const int LongSide = 4, ShortSide = 3;

    // Waves this slow lose nothing at this size.
    const int Side = 64;

    public static string Of(Overview picture)
    {
        var (across, down) = picture.Width >= picture.Height ? (LongSide, ShortSide) : (ShortSide, LongSide);
        float[][] light = [.. Enumerable.Range(0, 3).Select(band => Light(picture, band))];
        var waves = new double[across * down][];
        for (var y = 0; y < down; y++)
            for (var x = 0; x < across; x++) waves[y * across + x] = [.. light.Select(plane => Strength(plane, x, y))];
        return Spell(waves, across, down);
    }

    static float[] Light(Overview picture, int band) =>
        picture.Averaged(Array.ConvertAll(picture.Band(band), value => LinearLight.From8[(int)(value + 0.5f)]), Side, Side);

    static double Strength(float[] plane, int across, int down)
    {
        var sum = 0.0;
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++)
                sum += plane[y * Side + x] * Math.Cos(Math.PI * across * x / Side) * Math.Cos(Math.PI * down * y / Side);
        return sum * (across == 0 && down == 0 ? 1 : 2) / (Side * Side);
    }

    // The size, the strongest wave, the mean colour, and each wave as a share of the strongest.
    static string Spell(double[][] waves, int across, int down)
    {
        var strongest = waves.Skip(1).SelectMany(wave => wave).Max(Math.Abs);
        var step = (int)Math.Clamp(Math.Floor(strongest * 166 - 0.5), 0, 82);
        var most = (step + 1) / 166.0;
        var text = new StringBuilder();
        Write(text, across - 1 + (down - 1) * 9, 1);
        Write(text, step, 1);
        Write(text, waves[0].Aggregate(0, (mean, light) => mean << 8 | LinearLight.ToByte((float)light)), 4);
        foreach (var wave in waves.Skip(1)) Write(text, wave.Aggregate(0, (whole, strength) => whole * 19 + Share(strength / most)), 2);
        return text.ToString();
    }

    static int Share(double strength) => (int)Math.Clamp(Math.Floor(Math.CopySign(Math.Sqrt(Math.Abs(strength)), strength) * 9 + 9.5), 0, 18);

    static void Write(StringBuilder text, int number, int digits)
    {
        for (var place = digits - 1; place >= 0; place--) text.Append(Digits[number / (int)Math.Pow(83, place) % 83]);
    }
}
