namespace Revela.Tests.Imaging.Cutout;

/// <summary>
/// A generated catalogue picture with its true alpha: a textured thing with a hole and thin parts, its soft shadow, and a plain, graded or noisy
/// backdrop. The same number makes the same picture.
/// </summary>
sealed class CatalogueShot
{
    const int Samples = 3;

    readonly Random random;
    readonly double[] backdrop, gradient, colour, second;
    readonly double centreX, centreY, radius, hole, angle, thin, grain, noise, shade, wave;
    readonly int corners, texture;

    public CatalogueShot(int number)
    {
        random = new Random(number * 7919 + 13);
        (Width, Height) = (random.Next(360, 520), random.Next(300, 460));
        var light = random.NextDouble() < 0.75;
        var level = light ? Between(185, 250) : Between(30, 110);
        var tint = Between(-12, 12);
        backdrop = [level + tint, level, level - tint];
        var slope = number % 3 == 0 ? 0 : Between(-40, 40);
        gradient = [slope * Between(0.8, 1.1), slope, slope * Between(0.8, 1.1), Between(0, 2 * Math.PI)];
        noise = number % 4 == 0 ? Between(3, 8) : Between(0, 2);
        colour = Apart(backdrop);
        second = Apart(backdrop);
        (centreX, centreY, radius) = (Width * Between(0.42, 0.58), Height * Between(0.42, 0.52), Math.Min(Width, Height) * Between(0.2, 0.3));
        (hole, angle, thin) = (random.NextDouble() < 0.6 ? Between(0.25, 0.5) : 0, Between(0, Math.PI), Between(2.5, 6));
        (corners, texture, grain, wave) = (random.Next(2, 7), random.Next(3), Between(5, 18), Between(0.05, 0.3));
        shade = random.NextDouble() < 0.7 ? Between(0.15, 0.5) : 0;
        Pixels = new byte[Width * Height * 3];
        Alpha = new double[Width * Height];
        for (var i = 0; i < Alpha.Length; i++) Paint(i % Width, i / Width);
    }

    public int Width { get; }
    public int Height { get; }

    /// <summary>sRGB, 3 bytes a pixel.</summary>
    public byte[] Pixels { get; }

    /// <summary>0–1.</summary>
    public double[] Alpha { get; }

    void Paint(int x, int y)
    {
        var inside = 0;
        for (var s = 0; s < Samples * Samples; s++)
            if (Covers(x + (s % Samples + 0.5) / Samples, y + (s / Samples + 0.5) / Samples)) inside++;
        var alpha = (double)inside / (Samples * Samples);
        var along = ((x - Width / 2.0) * Math.Cos(gradient[3]) + (y - Height / 2.0) * Math.Sin(gradient[3])) / Width;
        var light = 1 - shade * Math.Exp(-(Math.Pow((x - centreX) / (1.1 * radius), 2) + Math.Pow((y - centreY - 1.05 * radius) / (0.28 * radius), 2)));
        var spot = texture switch
        {
            0 => Math.Sin(x / grain * 2) * Math.Sin(y / grain * 2) > 0,
            1 => Math.Sin((x + y) / grain * 2) > 0,
            _ => Math.Sin(x / grain + 3 * Math.Sin(y / grain)) > 0.3,
        };
        var shaded = 0.8 + 0.25 * (centreX - x + centreY - y) / (2 * radius);
        for (var band = 0; band < 3; band++)
        {
            var behind = (backdrop[band] + gradient[band] * along) * light;
            var front = (spot ? colour : second)[band] * shaded;
            var value = alpha * front + (1 - alpha) * behind + noise * Normal();
            Pixels[(y * Width + x) * 3 + band] = (byte)Math.Clamp(value + 0.5, 0, 255);
        }
        Alpha[y * Width + x] = alpha;
    }

    // A wavy disc, perhaps with a hole, a thin handle on one side and a thin stick across it.
    bool Covers(double x, double y)
    {
        double dx = x - centreX, dy = y - centreY, far = Math.Sqrt(dx * dx + dy * dy), turn = Math.Atan2(dy, dx);
        var edge = radius * (1 + wave * Math.Sin(corners * turn + angle));
        var body = far < edge && far > hole * radius;
        var handle = Math.Abs(Math.Sqrt(Math.Pow(dx - 1.15 * radius, 2) + dy * dy) - 0.4 * radius) < thin;
        double across = dx * Math.Sin(angle) - dy * Math.Cos(angle), along = dx * Math.Cos(angle) + dy * Math.Sin(angle);
        return body || handle || Math.Abs(across) < thin / 2 && Math.Abs(along) < 1.5 * radius && Math.Abs(along) > hole * radius;
    }

    // A colour that differs from the backdrop by more than a shadow would.
    double[] Apart(double[] from)
    {
        while (true)
        {
            double[] one = [Between(15, 250), Between(15, 250), Between(15, 250)];
            var share = (one[0] * from[0] + one[1] * from[1] + one[2] * from[2]) / (from[0] * from[0] + from[1] * from[1] + from[2] * from[2]);
            var hue = Math.Sqrt(one.Select((v, i) => Math.Pow(v - share * from[i], 2)).Sum());
            if (hue > 40) return one;
        }
    }

    double Between(double low, double high) => low + (high - low) * random.NextDouble();

    double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
