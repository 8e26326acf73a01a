using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Revela.Imaging.Native.Vips;

namespace Revela.Imaging.Operations.Resampling;

/// <summary>
/// The rows of a picture of 8 bits that a resampling looks at, in a window that only moves down. With alpha, rows are held as 16-bit
/// products of colour and alpha, so that nothing of what lies under transparent pixels gets into the sums.
/// </summary>
sealed unsafe class RowWindow : IDisposable
{
    // Rows computed at a time: enough to spread the cost of a call, few enough to stay in the cache.
    const int Strip = 16;

    readonly VipsImage image;
    readonly VipsRows? rows;
    readonly byte* memory;
    readonly byte* ring;
    readonly int capacity;
    readonly int stored;
    int read;

    /// <param name="most">Rows that are looked at together at most.</param>
    public RowWindow(VipsImage image, int most)
    {
        this.image = image;
        Values = image.Width * image.Bands;
        IsWeighed = image.HasAlpha;
        memory = (byte*)image.Memory;
        if (memory is not null && !IsWeighed) return;

        capacity = most + Strip;
        stored = Values * (IsWeighed ? 2 : 1);
        ring = (byte*)NativeMemory.Alloc((nuint)capacity * (nuint)stored);
        rows = memory is null ? new VipsRows(image) : null;
    }

    /// <summary>Numbers in a row.</summary>
    public int Values { get; }

    /// <summary>Whether rows are products with alpha, of 16 bits, 65025 for the most.</summary>
    public bool IsWeighed { get; }

    public byte* Row(int y) => ring is null ? memory + (nint)y * Values : ring + (nint)(y % capacity) * stored;

    /// <summary>Makes all rows up to this one readable; those more than the window above it are gone.</summary>
    public void Reach(int last)
    {
        if (ring is null) return;
        while (read <= last)
        {
            var count = Math.Min(Strip, image.Height - read);
            if (rows is null) Store(memory + (nint)read * Values, count);
            else rows.Read(read, count, this, static (window, pixels, n) => window.Store(pixels, n));
        }
    }

    void Store(byte* pixels, int count)
    {
        for (var i = 0; i < count; i++, read++, pixels += Values)
        {
            if (!IsWeighed) NativeMemory.Copy(pixels, Row(read), (nuint)Values);
            else if (image.Bands == 4) Weigh4(pixels, (ushort*)Row(read), image.Width);
            else Weigh2(pixels, (ushort*)Row(read), image.Width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Weigh4(byte* from, ushort* to, int width)
    {
        var x = 0;
        for (; x + 4 <= width; x += 4)
        {
            var (low, high) = Vector128.Widen(Vector128.Load(from + x * 4));
            (low * Alphas(low)).Store(to + x * 4);
            (high * Alphas(high)).Store(to + x * 4 + 8);
        }
        for (; x < width; x++)
        {
            for (var band = 0; band < 3; band++) to[x * 4 + band] = (ushort)(from[x * 4 + band] * from[x * 4 + 3]);
            to[x * 4 + 3] = (ushort)(from[x * 4 + 3] * 255);
        }
    }

    // What each number is multiplied with: colours with their alpha, alpha with 255.
    static Vector128<ushort> Alphas(Vector128<ushort> pixels) => Vector128.ConditionalSelect(
        Vector128.Create((ushort)0xFFFF, 0xFFFF, 0xFFFF, 0, 0xFFFF, 0xFFFF, 0xFFFF, 0),
        Vector128.Shuffle(pixels, Vector128.Create((ushort)3, 3, 3, 3, 7, 7, 7, 7)),
        Vector128.Create((ushort)255));

    static void Weigh2(byte* from, ushort* to, int width)
    {
        for (var x = 0; x < width; x++)
        {
            to[x * 2] = (ushort)(from[x * 2] * from[x * 2 + 1]);
            to[x * 2 + 1] = (ushort)(from[x * 2 + 1] * 255);
        }
    }

    public void Dispose()
    {
        rows?.Dispose();
        NativeMemory.Free(ring);
    }
}
