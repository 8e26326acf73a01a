using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Revela.Imaging.Operations.Resampling;

/// <summary>
/// Brings rows of single precision to any other size by Lanczos, across and then down, holding no more rows than the filter looks at.
/// A pixel is four numbers, whatever they mean. Rows are asked for from top to bottom.
/// </summary>
sealed unsafe class RowResampling : IDisposable
{
    const int Numbers = 4;

    /// <summary>Fills a row of the picture that is there. Called once for each, from top to bottom.</summary>
    public delegate void Source(int y, Span<float> row);

    readonly Source source;
    readonly LanczosWeights across, down;
    readonly int width, fromWidth, fromHeight;
    readonly double stepAcross, stepDown;
    readonly bool calmAcross, calmDown;
    readonly float* ring;
    readonly float* given;
    int read;

    /// <param name="calm">
    /// Holds each number between those of the two places that it lies between, along each line that becomes longer: no halo beside an edge,
    /// at the price of a slightly flatter peak. A line that becomes shorter is left as it is.
    /// </param>
    public RowResampling(int fromWidth, int fromHeight, int width, int height, bool calm, Source source)
    {
        (this.fromWidth, this.fromHeight, this.width, this.source) = (fromWidth, fromHeight, width, source);
        (across, down) = (new LanczosWeights(fromWidth, width), new LanczosWeights(fromHeight, height));
        (stepAcross, stepDown) = ((double)fromWidth / width, (double)fromHeight / height);
        (calmAcross, calmDown) = (calm && width > fromWidth, calm && height > fromHeight);
        ring = Allocate((long)down.Stride * width * Numbers);
        given = Allocate((long)fromWidth * Numbers);
    }

    /// <summary>Bytes that such a resampling holds.</summary>
    public static long Bytes(int fromWidth, int fromHeight, int width, int height)
    {
        var stretch = Math.Max(1, (double)fromHeight / height);
        return (((long)Math.Ceiling(6 * stretch) + 2) * width + fromWidth) * Numbers * sizeof(float);
    }

    /// <summary>Computes one row of the result; later calls ask for later rows.</summary>
    public void Row(int y, Span<float> row)
    {
        var (first, count) = (down.Starts[y], down.Counts[y]);
        while (read < first + count) ReadNext();
        fixed (float* to = row)
        fixed (float* weights = &down.Weights[(long)y * down.Stride])
        {
            SumRows(first, count, weights, to);
            if (!calmDown) return;
            var above = Math.Clamp((int)Math.Floor((y + 0.5) * stepDown - 0.5), 0, fromHeight - 1);
            Hold(to, Kept(above), Kept(Math.Min(above + 1, fromHeight - 1)), width * Numbers);
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(ring);
        NativeMemory.AlignedFree(given);
    }

    float* Kept(int y) => ring + (long)(y % down.Stride) * width * Numbers;

    void ReadNext()
    {
        source(read, new Span<float>(given, fromWidth * Numbers));
        fixed (float* weights = across.Weights)
        fixed (int* starts = across.Starts, counts = across.Counts) SumAcross(weights, starts, counts, Kept(read));
        read++;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void SumAcross(float* weights, int* starts, int* counts, float* to)
    {
        for (var x = 0; x < width; x++, to += Numbers, weights += across.Stride)
        {
            var from = given + (long)starts[x] * Numbers;
            var sum = Vector128<float>.Zero;
            for (var i = 0; i < counts[x]; i++) sum = Vector128.MultiplyAddEstimate(Vector128.Load(from + i * Numbers), Vector128.Create(weights[i]), sum);
            if (calmAcross)
            {
                var left = Math.Clamp((int)Math.Floor((x + 0.5) * stepAcross - 0.5), 0, fromWidth - 1);
                var (a, b) = (Vector128.Load(given + (long)left * Numbers), Vector128.Load(given + (long)Math.Min(left + 1, fromWidth - 1) * Numbers));
                sum = Vector128.Min(Vector128.Max(sum, Vector128.Min(a, b)), Vector128.Max(a, b));
            }
            sum.Store(to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void SumRows(int first, int count, float* weights, float* to)
    {
        var numbers = width * Numbers;
        new Span<float>(to, numbers).Clear();
        for (var i = 0; i < count; i++)
        {
            var from = Kept(first + i);
            var (weight, x) = (weights[i], 0);
            var many = new Vector<float>(weight);
            for (; x + Vector<float>.Count <= numbers; x += Vector<float>.Count)
                Vector.MultiplyAddEstimate(Vector.Load(from + x), many, Vector.Load(to + x)).Store(to + x);
            for (; x < numbers; x++) to[x] += from[x] * weight;
        }
    }

    static void Hold(float* row, float* a, float* b, int numbers)
    {
        var x = 0;
        for (; x + Vector<float>.Count <= numbers; x += Vector<float>.Count)
        {
            var (one, other) = (Vector.Load(a + x), Vector.Load(b + x));
            Vector.Min(Vector.Max(Vector.Load(row + x), Vector.Min(one, other)), Vector.Max(one, other)).Store(row + x);
        }
        for (; x < numbers; x++) row[x] = Math.Min(Math.Max(row[x], Math.Min(a[x], b[x])), Math.Max(a[x], b[x]));
    }

    static float* Allocate(long numbers) => (float*)NativeMemory.AlignedAlloc((nuint)numbers * sizeof(float), 64);
}
