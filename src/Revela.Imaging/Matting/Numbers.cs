using System.Runtime.InteropServices;

namespace Revela.Imaging.Matting;

/// <summary>Numbers outside the managed heap, zero at first, so that what a solver took is given back the moment it is done.</summary>
sealed unsafe class Numbers : IDisposable
{
    double* first;

    public Numbers(int length)
    {
        Length = length;
        var bytes = (nuint)length * sizeof(double);
        first = (double*)NativeMemory.AlignedAlloc(Math.Max(bytes, 64), 64);
        NativeMemory.Clear(first, bytes);
    }

    ~Numbers() => Free();

    public int Length { get; }
    public double* At => first;
    public Span<double> Span => new(first, Length);

    public void Clear() => Span.Clear();

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    void Free()
    {
        if (first is null) return;
        NativeMemory.AlignedFree(first);
        first = null;
    }
}
