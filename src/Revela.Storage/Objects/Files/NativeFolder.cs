using System.Runtime.InteropServices;

namespace Revela.Storage.Objects.Files;

/// <summary>Flushes a directory to disk, which .NET cannot do: without it a renamed file may lose its name in a power cut.</summary>
static class NativeFolder
{
    [UnmanagedFunctionPointer(CallingConvention.Cdecl, SetLastError = true)]
    delegate int OpenCall([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl, SetLastError = true)]
    delegate int FileCall(int file);

    // O_RDONLY is 0 everywhere; a folder opens with it alone.
    const int ReadOnly = 0;
    static readonly nint Libc = NativeLibrary.GetMainProgramHandle();
    static readonly OpenCall OpenFile = Marshal.GetDelegateForFunctionPointer<OpenCall>(NativeLibrary.GetExport(Libc, "open"));
    static readonly FileCall SyncFile = Marshal.GetDelegateForFunctionPointer<FileCall>(NativeLibrary.GetExport(Libc, "fsync"));
    static readonly FileCall CloseFile = Marshal.GetDelegateForFunctionPointer<FileCall>(NativeLibrary.GetExport(Libc, "close"));

    /// <exception cref="IOException">The folder is gone, or the disk failed.</exception>
    public static void Flush(string folder)
    {
        var file = OpenFile(folder, ReadOnly);
        if (file < 0) throw new DirectoryNotFoundException("The storage folder is missing.");
        var synced = SyncFile(file);
        _ = CloseFile(file);
        if (synced != 0) throw new IOException("The storage folder could not be flushed.");
    }
}
