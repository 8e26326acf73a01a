namespace Revela.Imaging.Cutout.Classic;

/// <summary>
/// The colours behind the subject as a smooth surface: a polynomial in x and y for each channel, fitted to the border of the picture by
/// reweighted least squares with Tukey's biweight, so that a subject that touches the border does not bend it.
/// </summary>
sealed class Backdrop
{
    // Share of the shorter side that counts as border.
    const double Ring = 0.04;
    const int Rounds = 12;
    const int MostPixels = 8000;

    // Compression alone makes plain colours differ by so much.
    const double LeastNoise = 1.5;

    readonly int width, height, degree;
    readonly double[][] weights = new double[3][];

    Backdrop(int width, int height, int degree) => (this.width, this.height, this.degree) = (width, height, degree);

    /// <summary>Standard deviation of the border around the surface, in levels of 0–255, over the three channels.</summary>
    public double Noise { get; private set; }

    /// <summary>Share of the pixels it was fitted to that the surface explains, 0–1.</summary>
    public double Explained { get; private set; }

    /// <summary>Share of the picture's border that the first surface explained, 0–1.</summary>
    public double BorderExplained { get; set; }

    public static Backdrop FitBorder(Planes picture) => Fit(picture, Border(picture), degree: 2);

    /// <summary>Fits anew to the pixels that are known to be background.</summary>
    public static Backdrop FitPixels(Planes picture, IReadOnlyList<int> pixels, int degree) => Fit(picture, pixels, degree);

    /// <summary>Colour behind the pixel whose centre is at (x, y), both 0–1 over the picture.</summary>
    public (float Red, float Green, float Blue) At(double x, double y)
    {
        Span<double> terms = stackalloc double[Terms(degree)];
        Powers(x, y, terms);
        return ((float)Dot(weights[0], terms), (float)Dot(weights[1], terms), (float)Dot(weights[2], terms));
    }

    static Backdrop Fit(Planes picture, IReadOnlyList<int> given, int degree)
    {
        var surface = new Backdrop(picture.Width, picture.Height, degree);
        var pixels = Sample(given);
        var trust = Enumerable.Repeat(1.0, pixels.Length).ToArray();
        var distances = new double[pixels.Length];
        for (var round = 0; round < Rounds; round++)
        {
            surface.Solve(picture, pixels, trust);
            for (var i = 0; i < pixels.Length; i++) distances[i] = surface.Distance(picture, pixels[i]);
            // The median of the length of three normal numbers is 1.538 standard deviations of each.
            surface.Noise = Math.Max(LeastNoise, Median(distances) / 1.538);
            for (var i = 0; i < trust.Length; i++) trust[i] = Tukey(distances[i] / (6 * surface.Noise));
        }
        surface.Explained = distances.Count(d => d < 4 * surface.Noise) / (double)Math.Max(1, pixels.Length);
        return surface;
    }

    // Evenly spread; more would not bend the surface otherwise.
    static int[] Sample(IReadOnlyList<int> pixels)
    {
        var count = Math.Min(pixels.Count, MostPixels);
        return [.. Enumerable.Range(0, count).Select(i => pixels[(int)((long)i * pixels.Count / count)])];
    }

    double Distance(Planes picture, int at)
    {
        var (r, g, b) = At(picture, at);
        double dr = picture.Red[at] - r, dg = picture.Green[at] - g, db = picture.Blue[at] - b;
        return Math.Sqrt(dr * dr + dg * dg + db * db);
    }

    public (float Red, float Green, float Blue) At(Planes picture, int at) =>
        At((at % picture.Width + 0.5) / picture.Width, (at / picture.Width + 0.5) / picture.Height);

    static List<int> Border(Planes picture)
    {
        var thick = Math.Max(2, (int)(Ring * Math.Min(picture.Width, picture.Height)));
        var pixels = new List<int>();
        for (var y = 0; y < picture.Height; y++)
            for (var x = 0; x < picture.Width; x++)
                if (x < thick || y < thick || x >= picture.Width - thick || y >= picture.Height - thick) pixels.Add(y * picture.Width + x);
        return pixels;
    }

    // Normal equations; coordinates in −1…1 keep them well conditioned up to degree 4.
    void Solve(Planes picture, int[] pixels, double[] trust)
    {
        var n = Terms(degree);
        var left = new double[n, n];
        double[][] right = [new double[n], new double[n], new double[n]];
        Span<double> terms = stackalloc double[n];
        for (var i = 0; i < pixels.Length; i++)
        {
            if (trust[i] == 0) continue;
            Powers((pixels[i] % width + 0.5) / width, (pixels[i] / width + 0.5) / height, terms);
            for (var a = 0; a < n; a++)
            {
                var weighed = trust[i] * terms[a];
                for (var channel = 0; channel < 3; channel++) right[channel][a] += weighed * picture[channel][pixels[i]];
                for (var b = 0; b <= a; b++) left[a, b] += weighed * terms[b];
            }
        }
        for (var a = 0; a < n; a++) left[a, a] += 1e-6;
        for (var channel = 0; channel < 3; channel++) weights[channel] = Cholesky.Solve((double[,])left.Clone(), right[channel]);
    }

    static int Terms(int degree) => (degree + 1) * (degree + 2) / 2;

    void Powers(double x, double y, Span<double> terms)
    {
        (x, y) = (2 * x - 1, 2 * y - 1);
        terms[0] = 1;
        // Each row of terms is the one before times x, and its last times y.
        for (int sum = 1, before = 0, at = 1; sum <= degree; before = at - sum - 1, sum++)
        {
            for (var i = 0; i < sum; i++) terms[at + i] = terms[before + i] * x;
            terms[at + sum] = terms[before + sum - 1] * y;
            at += sum + 1;
        }
    }

    static double Dot(double[] a, Span<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    static double Tukey(double u) => Math.Abs(u) >= 1 ? 0 : (1 - u * u) * (1 - u * u);

    static double Median(double[] values)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        return sorted.Length == 0 ? 0 : sorted[sorted.Length / 2];
    }
}
