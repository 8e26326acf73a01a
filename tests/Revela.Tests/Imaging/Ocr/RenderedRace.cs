using Revela.Imaging.Native.Vips;
using Revela.Tests.Imaging.Operations;

namespace Revela.Tests.Imaging.Ocr;

/// <summary>
/// A made-up photo of a race: runners with bibs of many looks before a noisy street, bent, turned, shaded, blurred and partly hidden,
/// among other writing. The same seed gives the same pixels with the same fonts.
/// </summary>
sealed class RenderedRace
{
    public const int Width = 1600, Height = 1064;

    readonly Random random;
    readonly float[] pixels = new float[Width * Height * 3];
    readonly List<(string Number, int X, int Y)> shown = [];

    public RenderedRace(int seed)
    {
        random = new Random(seed);
        Street();
        Writing();
        var columns = random.Next(4, 7);
        for (var i = 0; i < columns; i++) Runner((i + 0.5f) * Width / columns, Width / columns);
        Grain();
    }

    /// <summary>Numbers that can be read whole, with the middle of each.</summary>
    public IReadOnlyList<(string Number, int X, int Y)> Shown => shown;

    /// <summary>Numbers of bibs of which a part is hidden; to report anything of them is a mistake.</summary>
    public int Hidden { get; private set; }

    public VipsImage ToImage()
    {
        var bytes = new byte[pixels.Length];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)Math.Clamp(pixels[i], 0, 255);
        return Pictures.As(bytes, Width, Height, 3);
    }

    void Street()
    {
        var (top, bottom) = (Colour(40, 200), Colour(40, 160));
        var waves = Enumerable.Range(0, 6).Select(_ => (X: Uniform(-0.05f, 0.05f), Y: Uniform(-0.05f, 0.05f), Phase: Uniform(0, 6), Size: Uniform(2, 14))).ToArray();
        for (var y = 0; y < Height; y++)
            for (var x = 0; x < Width; x++)
            {
                var shade = waves.Sum(w => w.Size * MathF.Sin(x * w.X + y * w.Y + w.Phase));
                for (var band = 0; band < 3; band++) pixels[(y * Width + x) * 3 + band] = top[band] + (bottom[band] - top[band]) * y / Height + shade;
            }
        // Fences, windows and kerbs: hard edges of every size.
        for (var i = 0; i < 60; i++) Rectangle(random.Next(Width), random.Next(Height / 2), random.Next(3, 160), random.Next(3, 160), Colour(20, 230));
    }

    void Rectangle(int left, int top, int width, int height, float[] colour)
    {
        for (var y = top; y < Math.Min(Height, top + height); y++)
            for (var x = left; x < Math.Min(Width, left + width); x++)
                for (var band = 0; band < 3; band++) pixels[(y * Width + x) * 3 + band] = colour[band];
    }

    // Banners, cars and shops: no bib is among it.
    void Writing()
    {
        string[] words = ["FINISH", "www.city-run.org", "DA-744-KJ", "BANK", "Sports & Co", "MARATHON", "Water", "KL 58 ZGB", "RADIO ONE", "Start/Ziel"];
        for (var i = 0; i < 5; i++)
        {
            var sheet = new Sheet(260, 70, Colour(0, 255));
            sheet.Write(words[random.Next(words.Length)], Fonts.Any(random), 130, 35, random.Next(20, 44), 220, Colour(0, 255));
            Lay(sheet, new Pose(random.Next(150, Width - 150), random.Next(40, 300), Uniform(0.6f, 1.3f), Uniform(-0.08f, 0.08f)), []);
        }
    }

    void Runner(float middle, float room)
    {
        var scale = Uniform(0.28f, 0.62f) * Math.Min(1, room / 300);
        var (x, y) = (middle + Uniform(-0.1f, 0.1f) * room, Uniform(420, 860));
        var shirt = new Sheet(520, 620, Colour(10, 245));
        if (random.Next(2) == 0) shirt.Write(((string[])["TEAM", "Athletic Club", "RUNNING", "Trail", "AC 1904"])[random.Next(5)], Fonts.Any(random), 260, 80, 60, 400, Colour(0, 255));
        var pose = new Pose(x, y, scale, Uniform(-0.12f, 0.12f));
        Lay(shirt, pose, []);

        var number = Number();
        var bib = Bib.Make(random, number);
        var bent = pose with { Angle = pose.Angle + Uniform(-0.14f, 0.14f), Shear = Uniform(-0.18f, 0.18f), Squeeze = Uniform(0.82f, 1.05f), Fold = Uniform(0, 7), FoldLength = Uniform(120, 420), Shade = Uniform(0.55f, 1.05f), ShadeAcross = Uniform(-0.3f, 0.3f), Blur = random.Next(4) == 0 ? Uniform(0.5f, 1.3f) : 0.45f };
        var arms = random.Next(6) == 0 ? bib.HideDigits(random) : random.Next(3) == 0 ? bib.TouchPlate(random) : [];
        Lay(bib.Sheet, bent, arms);
        if (arms.Length > 0 && arms[0].HidesDigits) Hidden++;
        else shown.Add((number, (int)x, (int)y));
    }

    string Number()
    {
        var digits = random.Next(10) switch { 0 => 2, < 4 => 3, < 9 => 4, _ => 5 };
        return string.Concat(Enumerable.Range(0, digits).Select(i => (char)('0' + random.Next(i == 0 ? 1 : 0, 10))));
    }

    // Every pixel of the picture is looked up in the sheet, four times for soft edges; arms lie on the sheet, in its own coordinates.
    void Lay(Sheet sheet, Pose pose, Arm[] arms)
    {
        var reach = pose.Scale * (sheet.Width + sheet.Height) * 0.8f;
        for (var y = Math.Max(0, (int)(pose.Y - reach)); y < Math.Min(Height, pose.Y + reach); y++)
            for (var x = Math.Max(0, (int)(pose.X - reach)); x < Math.Min(Width, pose.X + reach); x++)
                Mix(sheet, pose, arms, x, y);
    }

    void Mix(Sheet sheet, Pose pose, Arm[] arms, int x, int y)
    {
        Span<float> sum = [0, 0, 0];
        Span<float> one = [0, 0, 0];
        var covered = 0;
        for (var i = 0; i < Pose.Samples; i++)
        {
            var (u, v) = pose.Into(sheet, x, y, i);
            if (!sheet.TryRead(u, v, one) && !Array.Exists(arms, arm => arm.Holds(u, v))) continue;
            covered++;
            var shade = pose.Shade + pose.ShadeAcross * (u / sheet.Width - 0.5f);
            var skin = Array.Find(arms, arm => arm.Holds(u, v));
            for (var band = 0; band < 3; band++) sum[band] += skin.IsThere ? skin.Tone(u, v, band) : one[band] * shade;
        }
        if (covered == 0) return;
        for (var band = 0; band < 3; band++)
        {
            ref var pixel = ref pixels[(y * Width + x) * 3 + band];
            pixel = (sum[band] + pixel * (Pose.Samples - covered)) / Pose.Samples;
        }
    }

    void Grain()
    {
        var strength = Uniform(1, 7);
        for (var i = 0; i < pixels.Length; i++) pixels[i] += strength * (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
    }

    float Uniform(float from, float to) => from + (to - from) * (float)random.NextDouble();

    float[] Colour(int from, int to) => [random.Next(from, to), random.Next(from, to), random.Next(from, to)];
}

/// <summary>How a sheet hangs in the picture.</summary>
/// <param name="X">Where its middle is.</param>
/// <param name="Scale">Pixels of the picture to one of the sheet.</param>
/// <param name="Angle">Radians, clockwise.</param>
readonly record struct Pose(float X, float Y, float Scale, float Angle)
{
    public const int Samples = 5;
    static readonly (float X, float Y)[] Places = [(0, 0), (-1, -0.6f), (0.6f, -1), (1, 0.6f), (-0.6f, 1)];

    public float Shear { get; init; } = 0;
    public float Squeeze { get; init; } = 1;

    /// <summary>Depth of a fold and the length of its wave, in pixels of the sheet.</summary>
    public float Fold { get; init; } = 0;
    public float FoldLength { get; init; } = 100;

    /// <summary>Light that falls on it, and by how much more on its right side.</summary>
    public float Shade { get; init; } = 1;
    public float ShadeAcross { get; init; } = 0;

    /// <summary>Half the width of a pixel's neighbourhood, in pixels of the picture.</summary>
    public float Blur { get; init; } = 0.45f;

    public (float U, float V) Into(Sheet sheet, int x, int y, int sample)
    {
        float dx = x + Places[sample].X * Blur - X, dy = y + Places[sample].Y * Blur - Y;
        var (sin, cos) = MathF.SinCos(Angle);
        float u = (dx * cos + dy * sin) / (Scale * Squeeze), v = (dy * cos - dx * sin) / Scale;
        v += Shear * u + Fold * MathF.Sin(u * MathF.Tau / FoldLength + X);
        u += 0.5f * Fold * MathF.Sin(v * MathF.Tau / FoldLength + Y);
        return (u + sheet.Width / 2f, v + sheet.Height / 2f);
    }
}
