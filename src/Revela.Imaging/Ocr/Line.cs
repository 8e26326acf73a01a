namespace Revela.Imaging.Ocr;

/// <summary>Where a chain of blobs stands: a frame of its own, turned so that the blobs lie level. Lengths are pixels of the plane that they were found in.</summary>
/// <param name="Left">Of the first blob, along the line from the origin.</param>
/// <param name="Top">Across the line from the origin; negative.</param>
sealed record Line(Blob[] Blobs, float OriginX, float OriginY, float Cos, float Sin, float Left, float Right, float Top, float Bottom)
{
    /// <summary>Of its digits.</summary>
    public float Height => Bottom - Top;

    /// <summary>By how much the digits' heights differ, of their median.</summary>
    public required float Unevenness { get; init; }

    /// <summary>From the end of each blob to the beginning of the next, along the line.</summary>
    public required float[] Gaps { get; init; }

    /// <summary>Each blob in the line's frame.</summary>
    public required Extent[] Parts { get; init; }

    public static Line Of(Blob[] blobs)
    {
        var (x, y) = (blobs.Average(b => b.CentreX), blobs.Average(b => b.CentreY));
        var (run, rise) = (0f, 0f);
        foreach (var blob in blobs)
        {
            run += (blob.CentreX - x) * (blob.CentreX - x);
            rise += (blob.CentreX - x) * (blob.CentreY - y);
        }
        var angle = MathF.Atan2(rise, run);
        var (sin, cos) = MathF.SinCos(angle);
        var extents = blobs.Select(blob => Extent.Of(blob, x, y, cos, sin)).ToArray();
        var heights = extents.Select(e => e.Bottom - e.Top).Order().ToArray();
        var median = heights[heights.Length / 2];
        return new Line(blobs, x, y, cos, sin, extents.Min(e => e.Left), extents.Max(e => e.Right), Median(extents.Select(e => e.Top)), Median(extents.Select(e => e.Bottom)))
        {
            Unevenness = (heights[^1] - heights[0]) / median,
            Gaps = extents.Zip(extents.Skip(1), (a, b) => b.Left - a.Right).ToArray(),
            Parts = extents,
        };
    }

    /// <summary>From the line's frame into the plane.</summary>
    public (float X, float Y) Place(float along, float across) =>
        (OriginX + along * Cos - across * Sin, OriginY + along * Sin + across * Cos);

    /// <summary>The upright rectangle around the digits.</summary>
    public (float Left, float Top, float Right, float Bottom) Bounds() =>
        (Blobs.Min(b => b.Left), Blobs.Min(b => b.Top), Blobs.Max(b => b.Right), Blobs.Max(b => b.Bottom));

    static float Median(IEnumerable<float> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>A blob's rectangle in a line's frame.</summary>
readonly record struct Extent(float Left, float Top, float Right, float Bottom)
{
    public static Extent Of(Blob blob, float x, float y, float cos, float sin)
    {
        var extent = new Extent(float.MaxValue, float.MaxValue, float.MinValue, float.MinValue);
        foreach (var run in blob.Runs)
        {
            extent = extent.With(run.Left - x, run.Y + 0.5f - y, cos, sin);
            extent = extent.With(run.Right - x, run.Y + 0.5f - y, cos, sin);
        }
        return extent with { Top = extent.Top - 0.5f * cos, Bottom = extent.Bottom + 0.5f * cos };
    }

    Extent With(float dx, float dy, float cos, float sin)
    {
        float along = dx * cos + dy * sin, across = dy * cos - dx * sin;
        return new Extent(Math.Min(Left, along), Math.Min(Top, across), Math.Max(Right, along), Math.Max(Bottom, across));
    }
}
