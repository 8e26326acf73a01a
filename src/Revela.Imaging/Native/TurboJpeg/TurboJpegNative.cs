using System.Runtime.InteropServices;

namespace Revela.Imaging.Native.TurboJpeg;

/// <summary>The entry points of the TurboJPEG C API, version 2.</summary>
static unsafe partial class TurboJpegNative
{
    const string Library = NativeLibraries.TurboJpeg;

    [LibraryImport(Library)]
    internal static partial nint tjInitDecompress();
    [LibraryImport(Library)]
    internal static partial nint tjInitCompress();
    [LibraryImport(Library)]
    internal static partial nint tjInitTransform();
    [LibraryImport(Library)]
    internal static partial int tjDestroy(nint handle);
    [LibraryImport(Library)]
    internal static partial nint tjGetErrorStr2(nint handle);
    [LibraryImport(Library)]
    internal static partial int tjGetErrorCode(nint handle);
    [LibraryImport(Library)]
    internal static partial int tjDecompressHeader3(
        TurboJpegHandle handle, void* jpeg, CULong size, out int width, out int height, out int subsampling, out int colourspace);
    [LibraryImport(Library)]
    internal static partial int tjDecompress2(
        TurboJpegHandle handle, void* jpeg, CULong size, void* pixels, int width, int pitch, int height, int format, int flags);
    [LibraryImport(Library)]
    internal static partial int tjCompress2(
        TurboJpegHandle handle, void* pixels, int width, int pitch, int height, int format, void** jpeg, CULong* size, int subsampling, int quality, int flags);
    [LibraryImport(Library)]
    internal static partial int tjTransform(
        TurboJpegHandle handle, void* jpeg, CULong size, int count, void** outputs, CULong* sizes, TjTransform* transforms, int flags);
    [LibraryImport(Library)]
    internal static partial void tjFree(void* buffer);
}

/// <summary>TurboJPEG's <c>tjtransform</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
unsafe struct TjTransform
{
    public int X, Y, Width, Height;
    public int Operation;
    public int Options;
    public void* Data;
    public void* Filter;
}

/// <summary>A TurboJPEG instance; one thread at a time.</summary>
sealed class TurboJpegHandle : SafeHandle
{
    TurboJpegHandle(nint instance) : base(0, ownsHandle: true) => SetHandle(instance);

    public override bool IsInvalid => handle == 0;

    public static TurboJpegHandle Decompressor() => Own(Ready(TurboJpegNative.tjInitDecompress));
    public static TurboJpegHandle Compressor() => Own(Ready(TurboJpegNative.tjInitCompress));
    public static TurboJpegHandle Transformer() => Own(Ready(TurboJpegNative.tjInitTransform));

    protected override bool ReleaseHandle() => TurboJpegNative.tjDestroy(handle) == 0;

    static nint Ready(Func<nint> make)
    {
        NativeLibraries.Register();
        return make();
    }

    static TurboJpegHandle Own(nint instance) =>
        instance == 0 ? throw new TurboJpegException("TurboJPEG could not be started", isWarning: false) : new TurboJpegHandle(instance);
}
