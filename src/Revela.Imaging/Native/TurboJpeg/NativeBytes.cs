using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Revela.Imaging.Native.TurboJpeg;

/// <summary>A run of bytes outside the managed heap: a mapped file, a buffer of pixels, or what TurboJPEG wrote.</summary>
public sealed unsafe class NativeBytes : IDisposable
{
    readonly Action release;
    bool disposed;

    NativeBytes(nint address, nuint length, Action release) => (Address, Length, this.release) = (address, length, release);

    ~NativeBytes() => Free();

    public nint Address { get; }
    public nuint Length { get; }
    internal void* Pointer => (void*)Address;

    /// <summary>Good for less than 2 GiB.</summary>
    public ReadOnlySpan<byte> Span => new(Pointer, checked((int)Length));

    /// <summary>A part of any size of memory.</summary>
    public ReadOnlySpan<byte> Slice(nuint offset, int length) =>
        offset + (nuint)length <= Length ? new((byte*)Pointer + offset, length) : throw new ArgumentOutOfRangeException(nameof(offset));

    public static NativeBytes Allocate(nuint length)
    {
        var memory = NativeMemory.Alloc(length);
        return new NativeBytes((nint)memory, length, () => NativeMemory.Free(memory));
    }

    /// <summary>The file as memory, read page by page as it is touched. It must not shrink meanwhile.</summary>
    public static NativeBytes Map(string path)
    {
        var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, 0, MemoryMappedFileAccess.Read);
        var view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* first = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref first);
        var length = (nuint)new FileInfo(path).Length;
        return new NativeBytes((nint)first, length, () =>
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
            file.Dispose();
        });
    }

    internal static NativeBytes OfTurboJpeg(nint buffer, nuint length) => new(buffer, length, () => TurboJpegNative.tjFree((void*)buffer));

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    void Free()
    {
        if (disposed) return;
        disposed = true;
        release();
    }
}
