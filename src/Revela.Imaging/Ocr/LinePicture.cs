namespace Revela.Imaging.Ocr;

/// <summary>A line of digits as the reader gets it: level, of one size, black on white, with nothing around it.</summary>
/// <param name="Pixels">Rows without padding.</param>
sealed record LinePicture(byte[] Pixels, int Width, int Height)
{
    /// <summary>Height that digits get, and the white around them; pixels.</summary>
    public const int DigitHeight = 32, Border = 10;

    // Of the digits' height: what is shown around them, so that strokes keep their soft edges.
    const float Around = 0.06f;

    /// <summary>The plane's own greys, stretched between the ink and the plate.</summary>
    public static LinePicture Gray(Line line, Plane plane, Tones tones) => Draw(line, (x, y) => tones.Whiteness(plane.Sample(x, y)));

    /// <summary>The blobs alone, without what stands between them.</summary>
    public static LinePicture Mask(Line line)
    {
        var (left, top, right, bottom) = line.Bounds();
        int x0 = (int)left - 1, y0 = (int)top - 1, width = (int)(right - left) + 3, height = (int)(bottom - top) + 3;
        var mask = new byte[width * height];
        Array.Fill(mask, (byte)255);
        foreach (var blob in line.Blobs)
            foreach (var run in blob.Runs) mask.AsSpan((run.Y - y0) * width + run.Left - x0, run.Right - run.Left).Clear();
        var plane = new Plane(width, height, mask);
        return Draw(line, (x, y) => plane.Sample(x - x0, y - y0) / 255);
    }

    static LinePicture Draw(Line line, Func<float, float, float> white)
    {
        var scale = DigitHeight / line.Height;
        var margin = Math.Max(1, Around * line.Height);
        int inner = (int)MathF.Ceiling((line.Right - line.Left + 2 * margin) * scale), tall = (int)MathF.Ceiling((line.Height + 2 * margin) * scale);
        int width = inner + 2 * Border, height = tall + 2 * Border;
        var pixels = new byte[width * height];
        Array.Fill(pixels, (byte)255);
        for (var row = 0; row < tall; row++)
            for (var column = 0; column < inner; column++)
            {
                // Pixel centres of the plane lie at whole numbers, edges half a pixel before.
                var (x, y) = line.Place(line.Left - margin + (column + 0.5f) / scale, line.Top - margin + (row + 0.5f) / scale);
                pixels[(row + Border) * width + column + Border] = (byte)Math.Clamp(255 * white(x - 0.5f, y - 0.5f), 0, 255);
            }
        return new LinePicture(pixels, width, height);
    }
}
