namespace Revela.Imaging.Ocr;

/// <summary>What is ink and what is plate in a line.</summary>
/// <param name="Ink">Mean brightness of the blobs.</param>
/// <param name="Plate">Brightness between and beside them.</param>
/// <param name="InkColour">Differences of colour, blue and red.</param>
readonly record struct Tones(float Ink, float Plate, (float Blue, float Red) InkColour, (float Blue, float Red) PlateColour)
{
    // Of the way from ink to plate: from here on it is plate.
    const float Light = 0.55f;

    // Summed over both differences of colour.
    const float SameColour = 30;

    /// <summary>0 for ink, 1 for plate, beyond where it is darker or lighter than both.</summary>
    public float Whiteness(float gray) => (gray - Ink) / (Plate - Ink);

    public static Tones Of(Line line, Planes planes)
    {
        var (left, top, right, bottom) = line.Bounds();
        int x0 = (int)left, y0 = (int)top, width = (int)right - x0, height = (int)bottom - y0;
        var inked = new bool[width * height];
        foreach (var blob in line.Blobs)
            foreach (var run in blob.Runs) inked.AsSpan((run.Y - y0) * width + run.Left - x0, run.Right - run.Left).Fill(true);

        Span<int> counts = stackalloc int[256];
        counts.Clear();
        Span<(long Blue, long Red, int Count)> sums = stackalloc (long, long, int)[2];
        sums.Clear();
        for (var i = 0; i < inked.Length; i++)
        {
            var at = (y0 + i / width) * planes.Width + x0 + i % width;
            if (!inked[i]) counts[planes.Luma.Pixels[at]]++;
            ref var sum = ref sums[inked[i] ? 0 : 1];
            sum = (sum.Blue + planes.Blue.Pixels[at], sum.Red + planes.Red.Pixels[at], sum.Count + 1);
        }
        var ink = line.Blobs.Average(b => b.Ink);
        return new Tones(ink, Math.Max(ink + 1, High(counts, sums[1].Count)), Mean(sums[0]), Mean(sums[1]));
    }

    public bool IsPlate(Planes planes, float x, float y) =>
        Whiteness(planes.Luma.Sample(x, y)) >= Light && Distance(planes, x, y, PlateColour) <= SameColour;

    /// <summary>Not as light as the plate, and of the ink's colour.</summary>
    public bool IsInk(Planes planes, float x, float y) =>
        Whiteness(planes.Luma.Sample(x, y)) < Light + 0.1f && Distance(planes, x, y, InkColour) <= SameColour;

    static float Distance(Planes planes, float x, float y, (float Blue, float Red) colour) =>
        Math.Abs(planes.Blue.Sample(x, y) - colour.Blue) + Math.Abs(planes.Red.Sample(x, y) - colour.Red);

    // Above the median: soft edges of strokes are between the blobs too.
    static int High(ReadOnlySpan<int> counts, int total)
    {
        var (seen, value) = (0, 0);
        while (value < 255 && (seen += counts[value]) < total * 0.6f) value++;
        return value;
    }

    static (float, float) Mean((long Blue, long Red, int Count) sum) => sum.Count == 0 ? (128, 128) : ((float)sum.Blue / sum.Count, (float)sum.Red / sum.Count);
}
