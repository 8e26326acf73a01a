namespace Revela.Imaging.Ocr;

/// <summary>A line that may be a number, with all that is known of it before it is read.</summary>
/// <param name="Scale">Pixels of the whole picture to one of the plane.</param>
/// <param name="Opinion">What <see cref="DigitNetwork"/> says.</param>
/// <param name="IsCrowded">It stands in other writing.</param>
sealed record Candidate(Line Line, Plane Plane, Tones Tones, Margins Margins, Reading Opinion, bool IsCrowded, float Scale)
{
    /// <summary>In the whole picture.</summary>
    public (float Left, float Top, float Right, float Bottom) Bounds
    {
        get
        {
            var (left, top, right, bottom) = Line.Bounds();
            return (left * Scale, top * Scale, right * Scale, bottom * Scale);
        }
    }

    /// <summary>Share of the smaller rectangle that lies in the other one, 0–1.</summary>
    public float Overlap(Candidate other)
    {
        var (a, b) = (Bounds, other.Bounds);
        var width = Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left);
        var height = Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top);
        if (width <= 0 || height <= 0) return 0;
        return width * height / Math.Min((a.Right - a.Left) * (a.Bottom - a.Top), (b.Right - b.Left) * (b.Bottom - b.Top));
    }
}

/// <summary>Finds lines that may be numbers, of either polarity and any size.</summary>
static class Detection
{
    // Heights of digits in pixels that a level of the pyramid looks for, and half the side of its threshold's neighbourhood.
    const int Least = 9, Most = 44, Radius = 16;

    static readonly float[] Darker = [0.2f, 0.65f];

    // Grey levels between ink and plate.
    const float LeastContrast = 28;

    const float MostUneven = 0.34f;

    public static List<Candidate> Find(Planes whole, CancellationToken cancel)
    {
        var found = new List<Candidate>();
        var planes = whole;
        for (var scale = 1f; Math.Min(planes.Width, planes.Height) >= 2 * Least; scale *= 2, planes = planes.Halved())
        {
            var least = scale == 1 ? Least : Least * 3 / 2;
            found.AddRange(At(planes, scale, least, cancel));
            found.AddRange(At(planes.Inverted(), scale, least, cancel));
        }
        return found;
    }

    static IEnumerable<Candidate> At(Planes planes, float scale, int least, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        foreach (var darker in Darker)
        {
            var blobs = Blobs.Of(LocalThreshold.Ink(planes.Luma, Radius, darker), planes.Luma, least, Most);
            foreach (var candidate in Judged(planes, scale, blobs)) yield return candidate;
        }
    }

    static IEnumerable<Candidate> Judged(Planes planes, float scale, List<Blob> blobs)
    {
        foreach (var chain in Chains.Of(blobs))
        {
            var line = Line.Of(chain);
            if (line.Unevenness > MostUneven) continue;
            var tones = Tones.Of(line, planes);
            if (tones.Plate - tones.Ink < LeastContrast) continue;
            var opinion = DigitNetwork.Read(line, planes.Luma, tones);
            if (opinion.Text.Length < chain.Length) continue;
            yield return new Candidate(line, planes.Luma, tones, Margins.Of(line, planes, tones), opinion, Neighbours.Has(line, blobs), scale);
        }
    }
}
