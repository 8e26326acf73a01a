using System.Runtime.InteropServices;

namespace Revela.Imaging.Native.Vips;

/// <summary>Reads an image's rows from top to bottom on the calling thread, computing them as they are asked for.</summary>
public sealed unsafe class VipsRows : SafeHandle
{
    readonly VipsImage image;

    public VipsRows(VipsImage image) : base(0, ownsHandle: true)
    {
        this.image = image;
        SetHandle(VipsNative.vips_region_new(image));
        if (IsInvalid) throw VipsException.Take("region");
    }

    public delegate void Use<T>(T state, byte* pixels, int rows);

    public override bool IsInvalid => handle == 0;

    /// <summary>Hands out whole rows without padding; the memory is good during the call only.</summary>
    public void Read<T>(int top, int rows, T state, Use<T> use)
    {
        var area = new VipsRect { Top = top, Width = image.Width, Height = rows };
        if (VipsNative.vips_region_prepare(this, &area) != 0) throw VipsException.Take("copy_memory");
        var pixels = VipsNative.vips_region_fetch(this, 0, top, image.Width, rows, out _);
        if (pixels is null) throw VipsException.Take("copy_memory");
        try
        {
            use(state, pixels, rows);
        }
        finally
        {
            VipsNative.g_free((nint)pixels);
        }
    }

    protected override bool ReleaseHandle()
    {
        VipsNative.g_object_unref(handle);
        return true;
    }
}

/// <summary>libvips' rectangle.</summary>
[StructLayout(LayoutKind.Sequential)]
struct VipsRect
{
    public int Left, Top, Width, Height;
}
