using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Revela.Imaging.Matting;

/// <summary>Colours of four numbers outside the managed heap; the fourth means nothing.</summary>
sealed unsafe class Colours : IDisposable
{
    Vector128<float>* first;

    public Colours(int count) => first = (Vector128<float>*)NativeMemory.AlignedAlloc((nuint)count * 16, 64);

    ~Colours() => Free();

    public Vector128<float>* At => first;

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
