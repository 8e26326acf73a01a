namespace Revela.Imaging.Inspection;

/// <summary>
/// How sharp a picture is, 0–1: what a blur takes away from the differences between neighbours, which is much of a sharp picture and little of one that
/// is blurred already (Crété-Roffet et al., The Blur Effect, SPIE 2007). Contrast does not matter; the less sharp of both directions counts.
/// </summary>
static class Sharpness
{
    // Width of the blur, odd.
    const int Blur = 9;

    /// <param name="luma">Rows from the top.</param>
    /// <returns>0 where there is no difference at all.</returns>
    public static double Of(float[] luma, int width, int height)
    {
        var across = Lost(luma, width, 1, height, width);
        var down = Lost(luma, height, width, width, 1);
        return Math.Clamp(Math.Min(across ?? down ?? 0, down ?? across ?? 0), 0, 1);
    }

    // The share of all differences along these lines that a blur along them takes away; null where there are none.
    static double? Lost(float[] luma, int length, int step, int lines, int nextLine)
    {
        double all = 0, lost = 0;
        for (var line = 0; line < lines; line++)
        {
            var first = line * nextLine;
            var before = Mean(luma, first, length, step, 0);
            for (var i = 1; i < length; i++)
            {
                var after = Mean(luma, first, length, step, i);
                double sharp = Math.Abs(luma[first + i * step] - luma[first + (i - 1) * step]), blurred = Math.Abs(after - before);
                all += sharp;
                lost += Math.Max(0, sharp - blurred);
                before = after;
            }
        }
        return all > 0 ? lost / all : null;
    }

    // The edge is repeated outside.
    static float Mean(float[] luma, int first, int length, int step, int at)
    {
        var sum = 0f;
        for (var i = at - Blur / 2; i <= at + Blur / 2; i++) sum += luma[first + Math.Clamp(i, 0, length - 1) * step];
        return sum / Blur;
    }
}
