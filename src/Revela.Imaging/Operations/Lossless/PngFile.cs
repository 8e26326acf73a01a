using System.Buffers.Binary;
using Revela.Imaging.Native.TurboJpeg;

namespace Revela.Imaging.Operations.Lossless;

/// <summary>The chunks of a PNG file, by their lengths alone.</summary>
static class PngFile
{
    const int Signature = 8, Frame = 12;

    /// <summary>False when a chunk claims more than the file holds: libpng would look for it, seconds long, before it gives up.</summary>
    public static bool IsWhole(string path)
    {
        using var bytes = NativeBytes.Map(path);
        var at = (nuint)Signature;
        while (at + Frame <= bytes.Length)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes.Slice(at, 4));
            if (length > bytes.Length - at - Frame) return false;
            at += length + Frame;
        }
        return true;
    }
}
