using Revela.Imaging.Native.Vips;
using Revela.Imaging.Operations.Development;

namespace Revela.Imaging.Cutout;

/// <summary>A picture in memory: sRGB, 3 bytes a pixel, rows from the top without padding.</summary>
public sealed unsafe class RgbPicture : IDisposable
{
    readonly VipsImage image;

    RgbPicture(VipsImage image) => this.image = image;

    public int Width => image.Width;
    public int Height => image.Height;

    /// <summary>Whether its colours are the subject's own, with nothing in them of what was behind.</summary>
    public bool IsUnmixed { get; private init; }

    public byte* Pixels => (byte*)image.Memory;

    public ReadOnlySpan<byte> Span => new(Pixels, Width * Height * 3);

    public ReadOnlySpan<byte> Row(int y) => new(Pixels + (nint)y * Width * 3, Width * 3);

    /// <summary>All pixels computed now, on white where the image is transparent.</summary>
    public static RgbPicture Of(VipsImage frame)
    {
        using var eight = WorkingColour.To8Bits(frame);
        using var colour = WorkingColour.ToColour(eight);
        using var opaque = VipsOps.Flat(colour, Operations.Binding.Colour.White);
        return new RgbPicture(opaque.ToMemory());
    }

    /// <summary>All pixels computed now, in the colours that they have under their transparency.</summary>
    public static RgbPicture Under(VipsImage frame)
    {
        using var eight = WorkingColour.To8Bits(frame);
        using var colour = WorkingColour.ToColour(eight);
        using var opaque = VipsOperation.Call("extract_band", ("in", colour), ("band", 0), ("n", 3));
        return new RgbPicture(opaque.ToMemory()) { IsUnmixed = true };
    }

    public void Dispose() => image.Dispose();
}
