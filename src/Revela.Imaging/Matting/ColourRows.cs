namespace Revela.Imaging.Matting;

/// <summary>Three neighbouring rows of a picture as planes of numbers 0–1, with room behind them for whole vectors.</summary>
sealed unsafe class ColourRows(byte* pixels, int width)
{
    const int Behind = 8;

    // Pinned, and therefore not moved while pointers into it are used.
    readonly double[] values = GC.AllocateArray<double>(9 * (width + Behind), pinned: true);
    int loaded = int.MinValue;

    /// <summary>Numbers of the row above (0), the middle one (1) or that below (2).</summary>
    public double* At(int row, int channel) => First(loaded - 1 + row, channel);

    /// <summary>Makes this row the middle one.</summary>
    public void Load(int y)
    {
        for (var row = y - 1; row <= y + 1; row++)
            if (row > loaded + 1 || row < loaded - 1) Convert(row);
        loaded = y;
    }

    void Convert(int y)
    {
        var from = pixels + (nint)y * width * 3;
        double* r = First(y, 0), g = First(y, 1), b = First(y, 2);
        for (var x = 0; x < width; x++, from += 3) (r[x], g[x], b[x]) = (from[0] / 255.0, from[1] / 255.0, from[2] / 255.0);
    }

    double* First(int y, int channel)
    {
        fixed (double* first = values) return first + (y % 3 * 3 + channel) * (width + Behind);
    }
}
