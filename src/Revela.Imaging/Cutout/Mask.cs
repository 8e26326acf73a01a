namespace Revela.Imaging.Cutout;

/// <summary>How much of each pixel is subject: one byte a pixel, rows from the top; 0 is background, 255 subject.</summary>
public sealed class Mask
{
    public Mask(int width, int height) : this(width, height, new byte[checked(width * height)]) { }

    public Mask(int width, int height, byte[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, checked(width * height));
        (Width, Height, Values) = (width, height, values);
    }

    public int Width { get; }
    public int Height { get; }
    public byte[] Values { get; }

    public Span<byte> Row(int y) => Values.AsSpan(y * Width, Width);

    /// <summary>Share of pixels that are subject rather than background, 0–1.</summary>
    public double Share()
    {
        long inside = 0;
        foreach (var value in Values) inside += value >> 7;
        return (double)inside / Values.Length;
    }
}
