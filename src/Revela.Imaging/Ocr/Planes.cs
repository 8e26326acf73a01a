namespace Revela.Imaging.Ocr;

/// <summary>A picture as brightness and two differences of colour (BT.601), each a plane of the same size.</summary>
/// <param name="Blue">Blue less brightness; 128 where there is no colour.</param>
/// <param name="Red">Red less brightness; 128 where there is no colour.</param>
sealed record Planes(Plane Luma, Plane Blue, Plane Red)
{
    public int Width => Luma.Width;
    public int Height => Luma.Height;

    /// <param name="rgb">Rows without padding.</param>
    public static Planes Of(ReadOnlySpan<byte> rgb, int width, int height)
    {
        var (luma, blue, red) = (new byte[width * height], new byte[width * height], new byte[width * height]);
        for (var i = 0; i < luma.Length; i++)
        {
            int r = rgb[3 * i], g = rgb[3 * i + 1], b = rgb[3 * i + 2];
            luma[i] = (byte)((19595 * r + 38470 * g + 7471 * b + 32768) >> 16);
            blue[i] = (byte)Math.Clamp(128 + ((-11059 * r - 21709 * g + 32768 * b + 32768) >> 16), 0, 255);
            red[i] = (byte)Math.Clamp(128 + ((32768 * r - 27439 * g - 5329 * b + 32768) >> 16), 0, 255);
        }
        return new Planes(new Plane(width, height, luma), new Plane(width, height, blue), new Plane(width, height, red));
    }

    public Planes Halved() => new(Luma.Halved(), Blue.Halved(), Red.Halved());

    /// <summary>Light becomes dark; colours stay.</summary>
    public Planes Inverted() => this with { Luma = Luma.Inverted() };
}
