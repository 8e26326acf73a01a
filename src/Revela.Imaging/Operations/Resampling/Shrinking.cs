using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Revela.Imaging.Native.TurboJpeg;
using Revela.Imaging.Native.Vips;

namespace Revela.Imaging.Operations.Resampling;

/// <summary>
/// Makes pictures of 8 bits smaller by Lanczos, columns first, with sums of single precision: one pass over the rows, in vectors.
/// libvips does the same through one-pixel loops and, with alpha, through pictures of floats, at two to four times the time.
/// </summary>
sealed unsafe class Shrinking
{
    // Numbers summed at a time: four vectors of eight.
    const int Block = 32;

    readonly LanczosWeights across;
    readonly LanczosWeights down;
    readonly VipsImage image;
    readonly int width, height, bands;

    Shrinking(VipsImage image, int width, int height)
    {
        (this.image, this.width, this.height, bands) = (image, width, height, image.Bands);
        (across, down) = (new LanczosWeights(image.Width, width), new LanczosWeights(image.Height, height));
    }

    public static bool Can(VipsImage image, int width, int height) =>
        image.Format == VipsFormat.UChar && image.Bands <= 4 && width <= image.Width && height <= image.Height && (long)width * height <= MaxPixels;

    // The result is held whole; a larger one is left to libvips, which streams.
    const long MaxPixels = 16_000_000;

    /// <returns>The rows of the result.</returns>
    public static NativeBytes Run(VipsImage image, int width, int height, RunContext context) => new Shrinking(image, width, height).Run(context);

    NativeBytes Run(RunContext context)
    {
        var result = NativeBytes.Allocate((nuint)width * (nuint)height * (nuint)bands);
        using var window = new RowWindow(image, down.Stride);
        // The horizontal sums read four numbers wherever a pixel begins.
        var sums = (float*)NativeMemory.AlignedAlloc((nuint)(window.Values + Block) * sizeof(float), 64);
        // As many as the factor asks for: too many for the stack when a very long line becomes short.
        var rows = (byte**)NativeMemory.Alloc((nuint)down.Stride, (nuint)sizeof(byte*));
        try
        {
            for (var y = 0; y < height; y++)
            {
                if (y % 16 == 0) Pulse(context, y);
                window.Reach(down.Starts[y] + down.Counts[y] - 1);
                SumColumns(window, y, rows, sums);
                SumRow(sums, (byte*)result.Address + (nint)y * width * bands, window.IsWeighed);
            }
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
        finally
        {
            NativeMemory.AlignedFree(sums);
            NativeMemory.Free(rows);
        }
    }

    void Pulse(RunContext context, int y)
    {
        context.Cancel.ThrowIfCancellationRequested();
        context.Report(0.9 * y / height);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void SumColumns(RowWindow window, int y, byte** rows, float* sums)
    {
        var (first, count, x) = (down.Starts[y], down.Counts[y], 0);
        for (var i = 0; i < count; i++) rows[i] = window.Row(first + i);
        fixed (float* all = down.Weights)
        {
            var weights = all + y * down.Stride;
            if (window.IsWeighed)
            {
                for (; x + Block <= window.Values; x += Block) SumBlock((ushort**)rows, x, weights, count, sums + x);
                for (; x < window.Values; x++) SumOne((ushort**)rows, x, weights, count, sums + x);
            }
            else
            {
                for (; x + Block <= window.Values; x += Block) SumBlock(rows, x, weights, count, sums + x);
                for (; x < window.Values; x++) SumOne(rows, x, weights, count, sums + x);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void SumBlock(byte** rows, int x, float* weights, int count, float* sums)
    {
        Vector256<float> a = default, b = default, c = default, d = default;
        for (var i = 0; i < count; i++)
        {
            var weight = Vector256.Create(weights[i]);
            var at = rows[i] + x;
            a = Vector256.MultiplyAddEstimate(Eight(at), weight, a);
            b = Vector256.MultiplyAddEstimate(Eight(at + 8), weight, b);
            c = Vector256.MultiplyAddEstimate(Eight(at + 16), weight, c);
            d = Vector256.MultiplyAddEstimate(Eight(at + 24), weight, d);
        }
        a.Store(sums);
        b.Store(sums + 8);
        c.Store(sums + 16);
        d.Store(sums + 24);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void SumBlock(ushort** rows, int x, float* weights, int count, float* sums)
    {
        Vector256<float> a = default, b = default, c = default, d = default;
        for (var i = 0; i < count; i++)
        {
            var weight = Vector256.Create(weights[i]);
            var at = rows[i] + x;
            a = Vector256.MultiplyAddEstimate(Eight(at), weight, a);
            b = Vector256.MultiplyAddEstimate(Eight(at + 8), weight, b);
            c = Vector256.MultiplyAddEstimate(Eight(at + 16), weight, c);
            d = Vector256.MultiplyAddEstimate(Eight(at + 24), weight, d);
        }
        a.Store(sums);
        b.Store(sums + 8);
        c.Store(sums + 16);
        d.Store(sums + 24);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Eight(byte* at) => Avx2.IsSupported
        ? Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(at))
        : Vector256.ConvertToSingle(Vector256.WidenLower(Vector256.WidenLower(Vector64.Load(at).ToVector128().ToVector256())).AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Eight(ushort* at) => Avx2.IsSupported
        ? Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(at))
        : Vector256.ConvertToSingle(Vector256.WidenLower(Vector128.Load(at).ToVector256()).AsInt32());

    static void SumOne(byte** rows, int x, float* weights, int count, float* sum)
    {
        *sum = 0;
        for (var i = 0; i < count; i++) *sum += weights[i] * rows[i][x];
    }

    static void SumOne(ushort** rows, int x, float* weights, int count, float* sum)
    {
        *sum = 0;
        for (var i = 0; i < count; i++) *sum += weights[i] * rows[i][x];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void SumRow(float* sums, byte* result, bool isWeighed)
    {
        fixed (float* weights = across.Weights)
        fixed (int* starts = across.Starts, counts = across.Counts)
        {
            for (var x = 0; x < width; x++, result += bands)
            {
                var pixel = SumPixel(sums + starts[x] * bands, weights + x * across.Stride, counts[x], bands);
                if (isWeighed) pixel = Straight(pixel);
                Store(Vector128.Min(Vector128.Max(pixel, Vector128<float>.Zero), Vector128.Create(255f)), result, bands);
            }
        }
    }

    // Four numbers at once whatever the bands are: what belongs to the neighbour is not looked at.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> SumPixel(float* from, float* weights, int count, int bands)
    {
        Vector128<float> even = default, odd = default;
        var i = 0;
        for (; i + 1 < count; i += 2, from += 2 * bands)
        {
            even = Vector128.MultiplyAddEstimate(Vector128.Load(from), Vector128.Create(weights[i]), even);
            odd = Vector128.MultiplyAddEstimate(Vector128.Load(from + bands), Vector128.Create(weights[i + 1]), odd);
        }
        if (i < count) even = Vector128.MultiplyAddEstimate(Vector128.Load(from), Vector128.Create(weights[i]), even);
        return even + odd;
    }

    // Rounded to bytes; no byte behind the pixel's own is written, since another row may begin there.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(Vector128<float> pixel, byte* to, int bands)
    {
        var whole = Vector128.ConvertToInt32(pixel + Vector128.Create(0.5f)).AsUInt32();
        var words = Vector128.Narrow(whole, whole);
        var bytes = Vector128.Narrow(words, words).AsUInt32().ToScalar();
        switch (bands)
        {
            case 4: Unsafe.WriteUnaligned(to, bytes); break;
            case 3:
                Unsafe.WriteUnaligned(to, (ushort)bytes);
                to[2] = (byte)(bytes >> 16);
                break;
            case 2: Unsafe.WriteUnaligned(to, (ushort)bytes); break;
            default: *to = (byte)bytes; break;
        }
    }

    // From products with alpha (255 × 255 for the most) to a colour and its alpha.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    Vector128<float> Straight(Vector128<float> weighed)
    {
        var alpha = weighed[bands - 1];
        if (alpha < 127.5f) return default;
        return (weighed * (255 / alpha)).WithElement(bands - 1, alpha / 255);
    }
}
