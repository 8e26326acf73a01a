namespace Revela.Tests.Imaging.Ocr;

/// <summary>A bib as races hand them out: a number, a sponsor's band above or below, small print, pins.</summary>
sealed class Bib
{
    const int Width = 300, Height = 230;

    readonly (int Left, int Top, int Width, int Height) ink;

    Bib(Sheet sheet, (int, int, int, int) ink) => (Sheet, this.ink) = (sheet, ink);

    public Sheet Sheet { get; }

    public static Bib Make(Random random, string number)
    {
        var (plate, digits) = Colours(random);
        var sheet = new Sheet(Width, Height, plate);
        float[] band = [random.Next(256), random.Next(256), random.Next(256)];
        string[] sponsors = ["CITY RUN", "MARATHON 2026", "10 KM", "PROM CLASSIC", "halbmarathon", "Kalenji", "GRAND PRIX"];
        if (random.Next(4) > 0)
        {
            sheet.Fill(0, 0, Width, 58, band);
            sheet.Write(sponsors[random.Next(sponsors.Length)], Fonts.Any(random), Width / 2, 29, random.Next(24, 38), 240, Contrast(band));
        }
        if (random.Next(3) > 0) sheet.Write(((string[])["www.race.org", "Anna", "M40", "EMERGENCY 112", "wave 3"])[random.Next(5)], Fonts.Any(random), Width / 2, 212, 14, 200, digits);
        var ink = sheet.Write(number, Fonts.Any(random), Width / 2, 130, random.Next(62, 100), 225, digits, 0.8f + 0.4f * (float)random.NextDouble());
        return new Bib(sheet, ink);
    }

    /// <summary>An arm over some of the digits.</summary>
    public Arm[] HideDigits(Random random)
    {
        var share = 0.2f + 0.3f * (float)random.NextDouble();
        var right = random.Next(2) == 0;
        var edge = right ? ink.Left + ink.Width * (1 - share) : ink.Left + ink.Width * share;
        return [new Arm(edge, right, (float)random.NextDouble() * 0.4f - 0.2f, 120 + random.Next(100), HidesDigits: true)];
    }

    /// <summary>An arm over the plate that leaves the digits free.</summary>
    public Arm[] TouchPlate(Random random)
    {
        var right = random.Next(2) == 0;
        var edge = right ? ink.Left + ink.Width + 0.6f * ink.Height : ink.Left - 0.6f * ink.Height;
        return [new Arm(edge, right, 0, 120 + random.Next(100), HidesDigits: false)];
    }

    // Dark on light, light on dark, or colours that differ enough in luma.
    static (float[] Plate, float[] Digits) Colours(Random random)
    {
        while (true)
        {
            float[] plate = random.Next(3) == 0 ? [random.Next(256), random.Next(256), random.Next(256)] : [random.Next(215, 256), random.Next(215, 256), random.Next(215, 256)];
            float[] digits = random.Next(3) == 0 ? [random.Next(256), random.Next(256), random.Next(256)] : Contrast(plate);
            if (Math.Abs(Luma(plate) - Luma(digits)) > 90) return (plate, digits);
        }
    }

    static float[] Contrast(float[] colour) => Luma(colour) > 120 ? [15, 15, 20] : [245, 245, 245];

    static float Luma(float[] colour) => 0.299f * colour[0] + 0.587f * colour[1] + 0.114f * colour[2];
}

/// <summary>A forearm across a sheet, in the sheet's coordinates: everything beyond a slanted edge, as wide as an arm is.</summary>
/// <param name="Edge">Where it begins, at the middle of the sheet.</param>
/// <param name="Tint">Of its skin.</param>
readonly record struct Arm(float Edge, bool Right, float Slant, float Tint, bool HidesDigits)
{
    const float Thickness = 110;

    public bool IsThere => Tint > 0;

    public bool Holds(float u, float v)
    {
        var beyond = Right ? u - Edge - Slant * (v - 115) : Edge - u + Slant * (v - 115);
        return beyond >= 0 && beyond < Thickness && v is > -40 and < 300;
    }

    public float Tone(float u, float v, int band) => Math.Clamp(Tint * (band == 0 ? 1.1f : band == 1 ? 0.85f : 0.72f) + 14 * MathF.Sin(u * 0.07f + v * 0.03f), 0, 255);
}
