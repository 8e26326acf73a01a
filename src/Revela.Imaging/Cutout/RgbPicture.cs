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

    public void Dispose() => image.Dispose();
}
