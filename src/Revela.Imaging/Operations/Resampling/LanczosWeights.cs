namespace Revela.Imaging.Operations.Resampling;

/// <summary>
/// For each place of a line, which places of a longer or shorter one make it up and how much: Lanczos with three lobes, stretched by the
/// factor where the line becomes shorter (Duchon, "Lanczos filtering in one and two dimensions", 1979), normalised so that a plain line stays as it is.
/// </summary>
sealed class LanczosWeights
{
    const int Lobes = 3;

    /// <param name="from">Length of the line that is there.</param>
    /// <param name="to">Length of the line that is made.</param>
    public LanczosWeights(int from, int to)
    {
        var factor = (double)from / to;
        Stride = (int)Math.Ceiling(2 * Lobes * Math.Max(1, factor)) + 2;
        (Weights, Starts, Counts) = (new float[(long)Stride * to], new int[to], new int[to]);
        for (var i = 0; i < to; i++) Fill(i, factor, from);
    }

    /// <summary>No place needs more than this many.</summary>
    public int Stride { get; }

    /// <summary>By place: the first place of the line that is there, and how many there are.</summary>
    public int[] Starts { get; }
    public int[] Counts { get; }

    /// <summary>From place × <see cref="Stride"/> on.</summary>
    public float[] Weights { get; }

    void Fill(int place, double factor, int from)
    {
        var centre = (place + 0.5) * factor - 0.5;
        var stretch = Math.Max(1, factor);
        var first = Math.Max(0, (int)Math.Ceiling(centre - Lobes * stretch));
        var last = Math.Min(from - 1, (int)Math.Floor(centre + Lobes * stretch));
        Span<double> exact = last - first < 512 ? stackalloc double[last - first + 1] : new double[last - first + 1];
        var sum = 0.0;
        for (var i = first; i <= last; i++) sum += exact[i - first] = Lanczos((i - centre) / stretch);

        (Starts[place], Counts[place]) = (first, last - first + 1);
        for (var i = 0; i < exact.Length; i++) Weights[place * Stride + i] = (float)(exact[i] / sum);
    }

    static double Lanczos(double x)
    {
        if (x == 0) return 1;
        if (Math.Abs(x) >= Lobes) return 0;
        var (a, b) = (Math.PI * x, Math.PI * x / Lobes);
        return Math.Sin(a) / a * (Math.Sin(b) / b);
    }
}
