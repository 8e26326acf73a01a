namespace Revela.Imaging.Ocr;

/// <summary>Joins blobs that stand side by side like the digits of one number: of one height, evenly near, of one colour, on a line.</summary>
static class Chains
{
    // Of the larger height, plus what thresholds do to small blobs.
    const float HeightTolerance = 0.18f, HeightSlack = 1.5f;

    // Between boxes, in heights; boxes of slanted lines overlap.
    const float NearestGap = -0.35f, WidestGap = 0.7f;

    const float SteepestSlope = 0.7f;

    // Grey levels between the inks of two digits.
    const float InkTolerance = 40;

    public const int LongestNumber = 7;

    /// <summary>Chains of 2 to <see cref="LongestNumber"/> blobs, each from left to right.</summary>
    public static List<Blob[]> Of(List<Blob> blobs)
    {
        blobs.Sort((a, b) => a.Left.CompareTo(b.Left));
        var next = new int[blobs.Count];
        var previous = new int[blobs.Count];
        Array.Fill(previous, -1);
        for (var i = 0; i < blobs.Count; i++) next[i] = Nearest(blobs, i);
        for (var i = 0; i < blobs.Count; i++)
            if (next[i] is >= 0 and var j && (previous[j] < 0 || Distance(blobs[i], blobs[j]) < Distance(blobs[previous[j]], blobs[j]))) previous[j] = i;

        var chains = new List<Blob[]>();
        for (var i = 0; i < blobs.Count; i++)
        {
            if (previous[i] >= 0 && next[previous[i]] == i) continue;
            var chain = new List<Blob> { blobs[i] };
            for (var at = i; next[at] is >= 0 and var j && previous[j] == at; at = j) chain.Add(blobs[j]);
            if (chain.Count is >= 2 and <= LongestNumber) chains.Add([.. chain]);
        }
        return chains;
    }

    static int Nearest(List<Blob> blobs, int i)
    {
        var best = -1;
        var nearest = float.MaxValue;
        for (var j = i + 1; j < blobs.Count && blobs[j].Left <= blobs[i].Right + WidestGap * blobs[i].Height * 1.3f; j++)
        {
            if (!AreNeighbours(blobs[i], blobs[j])) continue;
            var distance = Distance(blobs[i], blobs[j]);
            if (distance < nearest) (best, nearest) = (j, distance);
        }
        return best;
    }

    static bool AreNeighbours(Blob a, Blob b)
    {
        float height = Math.Max(a.Height, b.Height);
        float gap = b.Left - a.Right, across = b.CentreX - a.CentreX, down = b.CentreY - a.CentreY;
        return a.IsDigitLike && b.IsDigitLike && Math.Abs(a.Height - b.Height) <= HeightTolerance * height + HeightSlack
            && gap >= NearestGap * height && gap <= WidestGap * height
            && across > 0.15f * height && Math.Abs(down) <= SteepestSlope * across
            && Math.Abs(a.Ink - b.Ink) <= InkTolerance;
    }

    static float Distance(Blob a, Blob b) => Math.Max(0, b.Left - a.Right) + Math.Abs(b.CentreY - a.CentreY) + Math.Abs(a.Height - b.Height);
}
