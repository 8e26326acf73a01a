using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Revela.Imaging.Native.Vips;

/// <summary>libvips for this process: started once, hardened for untrusted input, sized for one run per thread.</summary>
public static unsafe class Vips
{
    static readonly Lazy<string> Started = new(Begin);

    /// <summary>Such as <c>8.14.1</c>. Starts libvips.</summary>
    public static string Version => Started.Value;

    /// <summary>Threads of one evaluation. One by default: parallelism comes from running several images at once.</summary>
    public static void SetConcurrency(int threads)
    {
        Start();
        VipsNative.vips_concurrency_set(threads);
    }

    /// <exception cref="DllNotFoundException">The library is not installed; the message names the package.</exception>
    public static void Start() => _ = Started.Value;

    static string Begin()
    {
        NativeLibraries.Register();
        if (VipsNative.vips_init("revela") != 0) throw VipsException.Take("vips_init");
        VipsNative.vips_block_untrusted_set(1);
        VipsNative.vips_cache_set_max(0);
        VipsNative.vips_concurrency_set(1);
        VipsNative.vips_leak_set(0);
        // Warnings are about inputs and go nowhere: errors come back as exceptions with their text.
        foreach (var domain in (string[])["VIPS", "GLib-GObject"])
            VipsNative.g_log_set_handler(domain, WarningsAndBelow, &Ignore, 0);
        return $"{VipsNative.vips_version(0)}.{VipsNative.vips_version(1)}.{VipsNative.vips_version(2)}";
    }

    const int WarningsAndBelow = 0x10 | 0x20 | 0x40 | 0x80;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static void Ignore(nint domain, int level, nint message, nint data) { }
}
