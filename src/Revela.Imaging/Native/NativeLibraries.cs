using System.Reflection;
using System.Runtime.InteropServices;

namespace Revela.Imaging.Native;

/// <summary>Finds the system's native libraries by the names Debian gives them, and says which package to install when one is missing.</summary>
static class NativeLibraries
{
    public const string Vips = "vips";
    public const string GObject = "gobject";
    public const string GLib = "glib";
    public const string TurboJpeg = "turbojpeg";
    public const string Tesseract = "tesseract";

    sealed record Library(string[] Files, string Package);

    static readonly Dictionary<string, Library> Known = new()
    {
        [Vips] = new(["libvips.so.42", "libvips.42.dylib", "libvips-42.dll"], "libvips42"),
        [GObject] = new(["libgobject-2.0.so.0", "libgobject-2.0.0.dylib", "libgobject-2.0-0.dll"], "libglib2.0-0"),
        [GLib] = new(["libglib-2.0.so.0", "libglib-2.0.0.dylib", "libglib-2.0-0.dll"], "libglib2.0-0"),
        [TurboJpeg] = new(["libturbojpeg.so.0", "libturbojpeg.dylib", "turbojpeg.dll"], "libturbojpeg0"),
        [Tesseract] = new(["libtesseract.so.5", "libtesseract.5.dylib", "tesseract50.dll"], "libtesseract5"),
    };

    static readonly Lazy<bool> Registered = new(() =>
    {
        NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);
        return true;
    });

    /// <summary>Call before the first use of any of them; an assembly can have one resolver only.</summary>
    public static void Register() => _ = Registered.Value;

    static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (!Known.TryGetValue(name, out var library)) return 0;
        foreach (var file in library.Files)
            if (NativeLibrary.TryLoad(file, assembly, path, out var handle)) return handle;
        throw new DllNotFoundException($"The library {library.Files[0]} is missing. Install it with: apt-get install {library.Package}");
    }
}
