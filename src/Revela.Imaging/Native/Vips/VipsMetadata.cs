using System.Runtime.InteropServices;

namespace Revela.Imaging.Native.Vips;

/// <summary>Metadata fields of an image, by libvips' names. Writers need an image of one's own: see <see cref="Copy"/>.</summary>
public static unsafe class VipsMetadata
{
    // Facts of the pixels and the file, which an image has by itself.
    static readonly HashSet<string> Header =
        ["width", "height", "bands", "format", "coding", "interpretation", "xoffset", "yoffset", "xres", "yres", "filename", "vips-loader", "vips-sequential"];

    /// <summary>A copy whose metadata may be changed; pixels are shared.</summary>
    public static VipsImage Copy(this VipsImage image) => VipsOperation.Call("copy", ("in", image)).With(image.Memory);

    public static bool Has(this VipsImage image, string field) => VipsNative.vips_image_get_typeof(image, field) != 0;

    /// <summary>Null when the field is absent or not a number.</summary>
    public static int? GetInt(this VipsImage image, string field)
    {
        if (!image.Has(field)) return null;
        if (VipsNative.vips_image_get_int(image, field, out var value) == 0) return value;
        VipsNative.vips_error_clear();
        return null;
    }

    /// <summary>Null when the field is absent or not a blob.</summary>
    public static byte[]? GetBlob(this VipsImage image, string field)
    {
        if (!image.Has(field)) return null;
        if (VipsNative.vips_image_get_blob(image, field, out var data, out var length) == 0)
            return new ReadOnlySpan<byte>((void*)data, checked((int)length)).ToArray();
        VipsNative.vips_error_clear();
        return null;
    }

    /// <summary>The value as text, whatever it is; null when the field is absent.</summary>
    public static string? GetText(this VipsImage image, string field)
    {
        if (!image.Has(field) || VipsNative.vips_image_get_as_string(image, field, out var text) != 0) return null;
        var value = Marshal.PtrToStringUTF8(text);
        VipsNative.g_free(text);
        return value;
    }

    public static void SetInt(this VipsImage image, string field, int value) => VipsNative.vips_image_set_int(image, field, value);

    public static void SetText(this VipsImage image, string field, string value) => VipsNative.vips_image_set_string(image, field, value);

    public static void SetBlob(this VipsImage image, string field, ReadOnlySpan<byte> data)
    {
        fixed (byte* first = data) VipsNative.vips_image_set_blob_copy(image, field, first, (nuint)data.Length);
    }

    public static void Remove(this VipsImage image, string field) => VipsNative.vips_image_remove(image, field);

    /// <summary>Copies all fields and the resolution, but not the header.</summary>
    public static void CopyMetadataTo(this VipsImage image, VipsImage target)
    {
        VipsNative.vips_image_init_fields(target, target.Width, target.Height, target.Bands, (int)target.Format, 0, (int)target.Interpretation,
            VipsNative.vips_image_get_xres(image), VipsNative.vips_image_get_yres(image));
        foreach (var field in image.Fields())
        {
            GValue value = default;
            if (Header.Contains(field) || VipsNative.vips_image_get(image, field, &value) != 0) continue;
            VipsNative.vips_image_set(target, field, &value);
            VipsNative.g_value_unset(&value);
        }
    }

    public static IReadOnlyList<string> Fields(this VipsImage image)
    {
        var names = new List<string>();
        var all = VipsNative.vips_image_get_fields(image);
        for (var i = 0; all[i] != 0; i++) names.Add(Marshal.PtrToStringUTF8(all[i])!);
        VipsNative.g_strfreev(all);
        return names;
    }
}
