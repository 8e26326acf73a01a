using System.Runtime.InteropServices;

namespace Revela.Imaging.Native.Vips;

/// <summary>
/// One call of a libvips operation by name. Set the arguments, <see cref="Run"/>, take the outputs, dispose.
/// An argument's type is asked of the operation, so a wrong name or kind is an <see cref="ArgumentException"/>.
/// </summary>
public sealed unsafe class VipsOperation : IDisposable
{
    readonly string name;
    nint handle;
    bool built;

    VipsOperation(string name, nint handle) => (this.name, this.handle) = (name, handle);

    public static VipsOperation New(string name)
    {
        Vips.Start();
        var handle = VipsNative.vips_operation_new(name);
        return handle == 0 ? throw VipsException.Take(name) : new VipsOperation(name, handle);
    }

    /// <summary>Whether this libvips has the operation.</summary>
    public static bool Exists(string name)
    {
        Vips.Start();
        return VipsNative.vips_type_find("VipsOperation", name) != 0;
    }

    /// <summary>Runs an operation whose output is the image <c>out</c>.</summary>
    public static VipsImage Call(string name, params ReadOnlySpan<(string Name, VipsValue Value)> arguments)
    {
        using var operation = New(name);
        foreach (var (argument, value) in arguments) operation.Set(argument, value);
        operation.Run();
        return operation.Image("out");
    }

    /// <summary>Runs an operation for its effect, such as a saver.</summary>
    public static void Do(string name, params ReadOnlySpan<(string Name, VipsValue Value)> arguments)
    {
        using var operation = New(name);
        foreach (var (argument, value) in arguments) operation.Set(argument, value);
        operation.Run();
    }

    public VipsOperation Set(string argument, VipsValue value)
    {
        GValue wrapped = default;
        VipsNative.g_value_init(&wrapped, TypeOf(argument));
        try
        {
            Wrap(&wrapped, argument, value);
            VipsNative.g_object_set_property(handle, argument, &wrapped);
        }
        finally
        {
            VipsNative.g_value_unset(&wrapped);
        }
        return this;
    }

    public void Run()
    {
        var operation = handle;
        if (VipsNative.vips_cache_operation_buildp(&operation) != 0) throw VipsException.Take(name);
        handle = operation;
        built = true;
    }

    public VipsImage Image(string output)
    {
        var value = Get(output);
        var image = VipsImage.Own(VipsNative.g_object_ref(VipsNative.g_value_get_object(&value)));
        VipsNative.g_value_unset(&value);
        return image;
    }

    public int Int(string output)
    {
        var value = Get(output);
        return VipsNative.g_value_get_int(&value);
    }

    public double Double(string output)
    {
        var value = Get(output);
        return VipsNative.g_value_get_double(&value);
    }

    public void Dispose()
    {
        if (handle == 0) return;
        if (built) VipsNative.vips_object_unref_outputs(handle);
        VipsNative.g_object_unref(handle);
        handle = 0;
    }

    GValue Get(string output)
    {
        GValue value = default;
        VipsNative.g_value_init(&value, TypeOf(output));
        VipsNative.g_object_get_property(handle, output, &value);
        return value;
    }

    nuint TypeOf(string argument)
    {
        ObjectDisposedException.ThrowIf(handle == 0, this);
        var spec = VipsNative.g_object_class_find_property(*(nint*)handle, argument);
        return spec is null ? throw new ArgumentException($"{name} has no argument {argument}") : spec->ValueType;
    }

    void Wrap(GValue* wrapped, string argument, VipsValue value)
    {
        switch (value.Is, value.Boxed)
        {
            case (VipsValue.Kind.Number or VipsValue.Kind.Boolean, _): WrapNumber(wrapped, argument, value.Number); break;
            case (_, string text): WrapText(wrapped, argument, text); break;
            case (_, double[] numbers): fixed (double* first = numbers) VipsNative.vips_value_set_array_double(wrapped, first, numbers.Length); break;
            case (_, int[] numbers): fixed (int* first = numbers) VipsNative.vips_value_set_array_int(wrapped, first, numbers.Length); break;
            case (_, VipsImage image): VipsNative.g_value_set_object(wrapped, image.DangerousGetHandle()); GC.KeepAlive(image); break;
            case (_, byte[] bytes): WrapBytes(wrapped, bytes); break;
            case (_, VipsImage[] images): WrapImages(wrapped, images); break;
            default: throw new ArgumentException($"{name}: {argument} has no value");
        }
    }

    void WrapNumber(GValue* wrapped, string argument, double number)
    {
        switch (VipsNative.g_type_fundamental(wrapped->Type))
        {
            case GTypes.Int: VipsNative.g_value_set_int(wrapped, checked((int)number)); break;
            case GTypes.Boolean: VipsNative.g_value_set_boolean(wrapped, number != 0 ? 1 : 0); break;
            case GTypes.Double: VipsNative.g_value_set_double(wrapped, number); break;
            case GTypes.Enum: VipsNative.g_value_set_enum(wrapped, (int)number); break;
            case GTypes.Flags: VipsNative.g_value_set_flags(wrapped, (uint)number); break;
            default: throw new ArgumentException($"{name}: {argument} is not a number");
        }
    }

    void WrapText(GValue* wrapped, string argument, string text)
    {
        switch (VipsNative.g_type_fundamental(wrapped->Type))
        {
            case GTypes.String: VipsNative.g_value_set_string(wrapped, text); break;
            case GTypes.Enum:
                var number = VipsNative.vips_enum_from_nick(name, wrapped->Type, text);
                if (number < 0) throw VipsException.Take(name);
                VipsNative.g_value_set_enum(wrapped, number);
                break;
            case GTypes.Object:
                var interpolator = VipsNative.vips_interpolate_new(text);
                if (interpolator == 0) throw VipsException.Take(name);
                VipsNative.g_value_set_object(wrapped, interpolator);
                VipsNative.g_object_unref(interpolator);
                break;
            default: throw new ArgumentException($"{name}: {argument} is not a text");
        }
    }

    static void WrapBytes(GValue* wrapped, byte[] bytes)
    {
        fixed (byte* first = bytes)
        {
            var blob = VipsNative.vips_blob_copy(first, (nuint)bytes.Length);
            VipsNative.g_value_set_boxed(wrapped, blob);
            VipsNative.vips_area_unref(blob);
        }
    }

    static void WrapImages(GValue* wrapped, VipsImage[] images)
    {
        VipsNative.vips_value_set_array_image(wrapped, images.Length);
        var slots = VipsNative.vips_value_get_array_image(wrapped, out _);
        for (var i = 0; i < images.Length; i++) slots[i] = VipsNative.g_object_ref(images[i].DangerousGetHandle());
        GC.KeepAlive(images);
    }
}

/// <summary>GLib's fundamental types, fixed by its ABI.</summary>
static class GTypes
{
    public const nuint Boolean = 5 << 2;
    public const nuint Int = 6 << 2;
    public const nuint Enum = 12 << 2;
    public const nuint Flags = 13 << 2;
    public const nuint Double = 15 << 2;
    public const nuint String = 16 << 2;
    public const nuint Object = 20 << 2;
}
