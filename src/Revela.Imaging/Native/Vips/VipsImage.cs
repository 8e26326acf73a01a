using System.Runtime.InteropServices;

namespace Revela.Imaging.Native.Vips;

/// <summary>A reference to a libvips image: a promise of pixels, computed when something asks for them.</summary>
public sealed unsafe class VipsImage : SafeHandle
{
    public VipsImage() : base(0, ownsHandle: true) { }

    public override bool IsInvalid => handle == 0;

    public int Width => VipsNative.vips_image_get_width(this);
    public int Height => VipsNative.vips_image_get_height(this);
    public int Bands => VipsNative.vips_image_get_bands(this);
    public VipsFormat Format => (VipsFormat)VipsNative.vips_image_get_format(this);
    public VipsInterpretation Interpretation => (VipsInterpretation)VipsNative.vips_image_get_interpretation(this);
    public bool HasAlpha => VipsNative.vips_image_hasalpha(this) != 0;

    /// <summary>Where the pixels stand, in rows without padding; 0 when they are still a promise.</summary>
    public nint Memory { get; private init; }

    internal static VipsImage Own(nint reference, nint memory = 0)
    {
        var image = new VipsImage { Memory = memory };
        image.SetHandle(reference);
        return image;
    }

    /// <summary>The same reference, known to stand on this memory.</summary>
    internal VipsImage With(nint memory)
    {
        if (memory == 0) return this;
        var image = Own(handle, memory);
        SetHandle(0);
        return image;
    }

    /// <summary>Another reference to the same image.</summary>
    public VipsImage Share()
    {
        var shared = Own(VipsNative.g_object_ref(handle), Memory);
        GC.KeepAlive(this);
        return shared;
    }

    /// <summary>Wraps bytes without copying them; they must outlive every image made from this one.</summary>
    /// <param name="format">Of 8 or 16 bits.</param>
    public static VipsImage Over(nint pixels, int width, int height, int bands, VipsInterpretation meaning, VipsFormat format = VipsFormat.UChar)
    {
        Vips.Start();
        var size = (nuint)width * (nuint)height * (nuint)bands * (format == VipsFormat.UShort ? 2u : 1u);
        var reference = VipsNative.vips_image_new_from_memory((void*)pixels, size, width, height, bands, (int)format);
        if (reference == 0) throw VipsException.Take("memory");
        var image = Own(reference, pixels);
        VipsNative.vips_image_init_fields(image, width, height, bands, (int)format, 0, (int)meaning, 1, 1);
        return image;
    }

    /// <summary>Copies pixels, in rows from the top, bands interleaved.</summary>
    public static VipsImage Of(ReadOnlySpan<byte> pixels, int width, int height, int bands, VipsFormat format = VipsFormat.UChar)
    {
        Vips.Start();
        fixed (byte* first = pixels)
        {
            var image = VipsNative.vips_image_new_from_memory_copy(first, (nuint)pixels.Length, width, height, bands, (int)format);
            return image == 0 ? throw VipsException.Take("memory") : Own(image);
        }
    }

    /// <summary>Computes all pixels now and keeps them, so that they can be read in any order.</summary>
    public VipsImage ToMemory()
    {
        var image = VipsNative.vips_image_copy_memory(this);
        if (image == 0) throw VipsException.Take("copy_memory");
        return Own(image, VipsNative.vips_image_get_data(image));
    }

    /// <summary>All pixels in rows from the top, bands interleaved, in the image's own format.</summary>
    public byte[] Pixels()
    {
        var memory = VipsNative.vips_image_write_to_memory(this, out var size);
        if (memory == 0) throw VipsException.Take("write_to_memory");
        try
        {
            return new ReadOnlySpan<byte>((void*)memory, checked((int)size)).ToArray();
        }
        finally
        {
            VipsNative.g_free(memory);
        }
    }

    /// <summary>Makes the evaluation that reads this image stop with an error soon. May be called from any thread.</summary>
    public void Kill() => VipsNative.vips_image_set_kill(this, 1);

    protected override bool ReleaseHandle()
    {
        VipsNative.g_object_unref(handle);
        return true;
    }
}

/// <summary>Numbers that pixels are made of; libvips' own values.</summary>
public enum VipsFormat { UChar = 0, Char = 1, UShort = 2, Short = 3, UInt = 4, Int = 5, Float = 6, Complex = 7, Double = 8, DpComplex = 9 }

/// <summary>What pixels mean; libvips' own values, those we meet.</summary>
public enum VipsInterpretation { Multiband = 0, BW = 1, Histogram = 10, Xyz = 12, Lab = 13, Cmyk = 15, LabQ = 16, Rgb = 17, LabS = 21, Srgb = 22, Rgb16 = 25, Grey16 = 26, ScRgb = 28 }
