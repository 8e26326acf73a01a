using System.Runtime.InteropServices;

namespace Revela.Imaging.Native.TurboJpeg;

/// <summary>TurboJPEG said no, or (a warning) did what it could with damaged data.</summary>
public sealed class TurboJpegException(string message, bool isWarning) : Exception(message)
{
    /// <summary>The output exists but stands on damaged input.</summary>
    public bool IsWarning { get; } = isWarning;

    internal static void ThrowIf(int result, TurboJpegHandle handle)
    {
        if (result == 0) return;
        var instance = handle.DangerousGetHandle();
        var message = Marshal.PtrToStringUTF8(TurboJpegNative.tjGetErrorStr2(instance)) ?? "TurboJPEG failed";
        var warning = TurboJpegNative.tjGetErrorCode(instance) == 0;
        GC.KeepAlive(handle);
        throw new TurboJpegException(message, warning);
    }
}
