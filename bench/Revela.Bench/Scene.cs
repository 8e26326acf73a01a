namespace Revela.Bench;

/// <summary>
/// An invented landscape with what makes photographs expensive to encode: soft gradients, hard edges, texture down to the pixel, grain.
/// The same seed gives the same pixels at any size.
/// </summary>
/// <param name="grain">Standard deviation of the noise, in levels of 255.</param>
sealed class Scene(int width, int height, uint seed, float grain)
{
    const int Lattice = 256;
    readonly float[] noise = Table(seed);
    readonly Disc[] discs = Discs(seed);

    readonly record struct Disc(float X, float Y, float Radius, float Stripes, float Red, float Green, float Blue);

    public int Width => width;
    public int Height => height;

    /// <summary>One row, RGB, 3 × width bytes.</summary>
    public void Row(int y, Span<byte> rgb)
    {
        var random = Hash(seed ^ (uint)y * 0x9E3779B9u);
        var v = (float)y / height;
        for (var x = 0; x < width; x++)
        {
            var u = (float)x / width;
            var (r, g, b) = Colour(u, v);
            var luma = Gaussian(ref random) * grain;
            var tint = Gaussian(ref random) * grain * 0.4f;
            rgb[3 * x] = Level(r * 255 + luma + tint);
            rgb[3 * x + 1] = Level(g * 255 + luma);
            rgb[3 * x + 2] = Level(b * 255 + luma - tint);
        }
    }

    /// <summary>Opaque discs on a clear ground with soft rims, 0–255.</summary>
    public byte Alpha(int x, int y)
    {
        var (u, v) = ((float)x / width, (float)y / height);
        var nearest = 1f;
        foreach (var disc in discs) nearest = Math.Min(nearest, Distance(disc, u, v) - disc.Radius * 1.6f);
        return Level(127 - nearest * 6000);
    }

    (float R, float G, float B) Colour(float u, float v)
    {
        var ridge = 0.42f + 0.10f * (Noise(u * 5, 7.5f) - 0.5f) + 0.02f * Noise(u * 60, 3.5f);
        var picture = v < ridge ? Sky(u, v) : Ground(u, v, v - ridge);
        foreach (var disc in discs)
        {
            var distance = Distance(disc, u, v);
            if (distance >= disc.Radius) continue;
            var stripe = MathF.Abs((u * disc.Stripes + v * disc.Stripes * 0.3f) % 1 - 0.5f) < 0.25f ? 1f : 0.72f;
            var shade = stripe * (1.05f - 0.7f * distance / disc.Radius) * (0.9f + 0.2f * Noise(u * 900, v * 700));
            picture = (disc.Red * shade, disc.Green * shade, disc.Blue * shade);
        }
        return picture;
    }

    (float, float, float) Sky(float u, float v)
    {
        var cloud = Math.Clamp((Fractal(u * 4, v * 7, 6) - 0.48f) * 3.2f, 0, 1);
        var fade = v * 0.6f;
        return (0.34f + fade + cloud * 0.35f, 0.52f + fade * 0.7f + cloud * 0.28f, 0.82f + fade * 0.2f + cloud * 0.12f);
    }

    (float, float, float) Ground(float u, float v, float depth)
    {
        var coarse = Fractal(u * 9, v * 14, 4);
        var fine = Fractal(u * 220, v * 180, 5) - 0.5f;
        var light = 0.25f + 0.45f * coarse + fine * (0.25f + depth * 0.9f);
        return (light * (0.75f + 0.3f * depth), light * (0.95f - 0.2f * coarse), light * 0.48f);
    }

    float Fractal(float x, float y, int octaves)
    {
        float sum = 0, weight = 0.5f, total = 0;
        for (var i = 0; i < octaves; i++, weight *= 0.55f, x *= 2.03f, y *= 1.97f)
        {
            sum += weight * Noise(x + 17 * i, y + 31 * i);
            total += weight;
        }
        return sum / total;
    }

    // Random values on a lattice, blended smoothly between.
    float Noise(float x, float y)
    {
        var (ix, iy) = ((int)x, (int)y);
        var (fx, fy) = (x - ix, y - iy);
        fx = fx * fx * (3 - 2 * fx);
        fy = fy * fy * (3 - 2 * fy);
        var (row, next) = ((iy & (Lattice - 1)) * Lattice, ((iy + 1) & (Lattice - 1)) * Lattice);
        var (left, right) = (ix & (Lattice - 1), (ix + 1) & (Lattice - 1));
        var top = noise[row + left] + (noise[row + right] - noise[row + left]) * fx;
        var bottom = noise[next + left] + (noise[next + right] - noise[next + left]) * fx;
        return top + (bottom - top) * fy;
    }

    static float Distance(Disc disc, float u, float v)
    {
        var (dx, dy) = (u - disc.X, (v - disc.Y) * 0.75f);
        return MathF.Sqrt(dx * dx + dy * dy);
    }

    static float[] Table(uint seed)
    {
        var table = new float[Lattice * Lattice];
        for (var i = 0; i < table.Length; i++) table[i] = Hash(seed + (uint)i) / (float)uint.MaxValue;
        return table;
    }

    static Disc[] Discs(uint seed)
    {
        var discs = new Disc[12];
        for (var i = 0; i < discs.Length; i++)
        {
            float Next(uint salt) => Hash(seed * 31 + (uint)i * 97 + salt) / (float)uint.MaxValue;
            discs[i] = new Disc(Next(1), 0.35f + 0.6f * Next(2), 0.02f + 0.06f * Next(3), 20 + 160 * Next(4), 0.3f + 0.7f * Next(5), 0.3f + 0.7f * Next(6), 0.3f + 0.7f * Next(7));
        }
        return discs;
    }

    // The sum of four even draws is near enough to the bell curve; variance 4/12 scaled to 1.
    static float Gaussian(ref uint state)
    {
        state = state * 1664525 + 1013904223;
        var mixed = Hash(state);
        var sum = (mixed & 255) + ((mixed >> 8) & 255) + ((mixed >> 16) & 255) + (mixed >> 24);
        return (sum / 255f - 2) * 1.732f;
    }

    static uint Hash(uint value)
    {
        value = (value ^ (value >> 16)) * 0x7FEB352Du;
        value = (value ^ (value >> 15)) * 0x846CA68Bu;
        return value ^ (value >> 16);
    }

    static byte Level(float value) => (byte)Math.Clamp(value + 0.5f, 0, 255);
}
