using System.Runtime.InteropServices;

namespace Revela.Imaging.Native.Vips;

/// <summary>The entry points of libvips and GObject that the binding uses; all are part of their stable C API.</summary>
static unsafe partial class VipsNative
{
    const string Vips = NativeLibraries.Vips;
    const string GObject = NativeLibraries.GObject;
    const string GLib = NativeLibraries.GLib;

    // Process.
    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int vips_init(string name);
    [LibraryImport(Vips)]
    internal static partial int vips_version(int part);
    [LibraryImport(Vips)]
    internal static partial void vips_block_untrusted_set(int state);
    [LibraryImport(Vips)]
    internal static partial void vips_cache_set_max(int max);
    [LibraryImport(Vips)]
    internal static partial void vips_concurrency_set(int threads);
    [LibraryImport(Vips)]
    internal static partial void vips_leak_set(int leak);
    [LibraryImport(Vips)]
    internal static partial nint vips_error_buffer_copy();
    [LibraryImport(Vips)]
    internal static partial void vips_error_clear();
    [LibraryImport(Vips)]
    internal static partial void vips_thread_shutdown();
    [LibraryImport(GLib)]
    internal static partial void g_free(nint memory);
    [LibraryImport(GLib, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial uint g_log_set_handler(string? domain, int levels, delegate* unmanaged[Cdecl]<nint, int, nint, nint, void> handler, nint data);

    // Operations.
    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint vips_operation_new(string name);
    [LibraryImport(Vips)]
    internal static partial int vips_cache_operation_buildp(nint* operation);
    [LibraryImport(Vips)]
    internal static partial void vips_object_unref_outputs(nint obj);
    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nuint vips_type_find(string basename, string nickname);
    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int vips_enum_from_nick(string domain, nuint type, string nick);

    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint vips_interpolate_new(string name);

    // Values.
    [LibraryImport(GObject)]
    internal static partial void g_value_init(GValue* value, nuint type);
    [LibraryImport(GObject)]
    internal static partial void g_value_unset(GValue* value);
    [LibraryImport(GObject)]
    internal static partial nuint g_type_fundamental(nuint type);
    [LibraryImport(GObject)]
    internal static partial void g_value_set_int(GValue* value, int v);
    [LibraryImport(GObject)]
    internal static partial void g_value_set_boolean(GValue* value, int v);
    [LibraryImport(GObject)]
    internal static partial void g_value_set_double(GValue* value, double v);
    [LibraryImport(GObject, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void g_value_set_string(GValue* value, string v);
    [LibraryImport(GObject)]
    internal static partial void g_value_set_enum(GValue* value, int v);
    [LibraryImport(GObject)]
    internal static partial void g_value_set_flags(GValue* value, uint v);
    [LibraryImport(GObject)]
    internal static partial void g_value_set_object(GValue* value, nint v);
    [LibraryImport(GObject)]
    internal static partial nint g_value_get_object(GValue* value);
    [LibraryImport(GObject)]
    internal static partial int g_value_get_int(GValue* value);
    [LibraryImport(GObject)]
    internal static partial double g_value_get_double(GValue* value);
    [LibraryImport(Vips)]
    internal static partial void vips_value_set_array_double(GValue* value, double* array, int n);
    [LibraryImport(Vips)]
    internal static partial void vips_value_set_array_int(GValue* value, int* array, int n);
    [LibraryImport(Vips)]
    internal static partial void vips_value_set_array_image(GValue* value, int n);
    [LibraryImport(Vips)]
    internal static partial nint* vips_value_get_array_image(GValue* value, out int n);
    [LibraryImport(Vips)]
    internal static partial nint vips_blob_copy(void* data, nuint length);
    [LibraryImport(Vips)]
    internal static partial void vips_area_unref(nint area);
    [LibraryImport(GObject)]
    internal static partial void g_value_set_boxed(GValue* value, nint boxed);

    // Objects.
    [LibraryImport(GObject)]
    internal static partial void g_object_unref(nint obj);
    [LibraryImport(GObject)]
    internal static partial nint g_object_ref(nint obj);
    [LibraryImport(GObject, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void g_object_set_property(nint obj, string name, GValue* value);
    [LibraryImport(GObject, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void g_object_get_property(nint obj, string name, GValue* value);
    [LibraryImport(GObject, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial GParamSpec* g_object_class_find_property(nint objectClass, string name);
    [LibraryImport(GObject, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nuint g_signal_connect_data(
        nint obj, string signal, delegate* unmanaged[Cdecl]<nint, VipsProgressData*, nint, void> handler, nint data, nint destroy, int flags);

    [LibraryImport(GObject)]
    internal static partial uint g_signal_handlers_disconnect_matched(nint obj, int mask, uint signal, uint detail, nint closure, nint function, nint data);

    // Images.
    [LibraryImport(Vips)]
    internal static partial nint vips_image_new_from_memory(void* data, nuint size, int width, int height, int bands, int format);
    [LibraryImport(Vips)]
    internal static partial nint vips_image_new_from_memory_copy(void* data, nuint size, int width, int height, int bands, int format);
    [LibraryImport(Vips)]
    internal static partial nint vips_image_copy_memory(VipsImage image);
    [LibraryImport(Vips)]
    internal static partial nint vips_image_write_to_memory(VipsImage image, out nuint size);
    [LibraryImport(Vips)]
    internal static partial nint vips_image_get_data(nint image);
    [LibraryImport(Vips)]
    internal static partial int vips_image_get_width(VipsImage image);
    [LibraryImport(Vips)]
    internal static partial int vips_image_get_height(VipsImage image);
    [LibraryImport(Vips)]
    internal static partial int vips_image_get_bands(VipsImage image);
    [LibraryImport(Vips)]
    internal static partial int vips_image_get_format(VipsImage image);
    [LibraryImport(Vips)]
    internal static partial int vips_image_get_interpretation(VipsImage image);
    [LibraryImport(Vips)]
    internal static partial int vips_image_hasalpha(VipsImage image);
    [LibraryImport(Vips)]
    internal static partial void vips_image_set_progress(VipsImage image, int progress);
    [LibraryImport(Vips)]
    internal static partial void vips_image_set_kill(VipsImage image, int kill);

    [LibraryImport(Vips)]
    internal static partial void vips_image_init_fields(
        VipsImage image, int width, int height, int bands, int format, int coding, int interpretation, double xres, double yres);
    [LibraryImport(Vips)]
    internal static partial nint vips_region_new(VipsImage image);
    [LibraryImport(Vips)]
    internal static partial int vips_region_prepare(VipsRows region, VipsRect* area);
    [LibraryImport(Vips)]
    internal static partial byte* vips_region_fetch(VipsRows region, int left, int top, int width, int height, out nuint length);

    // Metadata. Only on an image of one's own: the setters change it in place.
    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nuint vips_image_get_typeof(VipsImage image, string name);
    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int vips_image_get(VipsImage image, string name, GValue* value);
    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void vips_image_set(VipsImage image, string name, GValue* value);
    [LibraryImport(Vips)]
    internal static partial double vips_image_get_xres(VipsImage image);
    [LibraryImport(Vips)]
    internal static partial double vips_image_get_yres(VipsImage image);
    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int vips_image_get_int(VipsImage image, string name, out int value);
    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int vips_image_get_blob(VipsImage image, string name, out nint data, out nuint length);
    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int vips_image_get_as_string(VipsImage image, string name, out nint text);
    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void vips_image_set_int(VipsImage image, string name, int value);
    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void vips_image_set_string(VipsImage image, string name, string value);
    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void vips_image_set_blob_copy(VipsImage image, string name, void* data, nuint length);
    [LibraryImport(Vips, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int vips_image_remove(VipsImage image, string name);
    [LibraryImport(Vips)]
    internal static partial nint* vips_image_get_fields(VipsImage image);
    [LibraryImport(GLib)]
    internal static partial void g_strfreev(nint* strings);
}

/// <summary>GLib's value: a type and two words.</summary>
[StructLayout(LayoutKind.Sequential)]
struct GValue
{
    public nuint Type;
    ulong first;
    ulong second;
}

/// <summary>The public head of GLib's parameter description.</summary>
[StructLayout(LayoutKind.Sequential)]
struct GParamSpec
{
    nint typeClass;
    nint name;
    int flags;
    public nuint ValueType;
}

/// <summary>What libvips tells a progress handler.</summary>
[StructLayout(LayoutKind.Sequential)]
struct VipsProgressData
{
    nint image;
    int run;
    int eta;
    long totalPels;
    long donePels;
    public int Percent;
    nint start;
}
