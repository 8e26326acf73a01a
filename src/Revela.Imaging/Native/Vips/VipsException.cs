using System.Runtime.InteropServices;

namespace Revela.Imaging.Native.Vips;

/// <summary>libvips said no; the message is its own text, which may name files.</summary>
public sealed class VipsException(string operation, string message) : Exception(message)
{
    public string Operation { get; } = operation;

    /// <summary>Takes and clears libvips' error text. The buffer is one per process: with several runs at once it may hold another run's lines too.</summary>
    internal static VipsException Take(string operation)
    {
        var text = VipsNative.vips_error_buffer_copy();
        var message = Marshal.PtrToStringUTF8(text)?.Trim();
        VipsNative.g_free(text);
        return new VipsException(operation, string.IsNullOrEmpty(message) ? $"{operation} failed" : message);
    }
}
