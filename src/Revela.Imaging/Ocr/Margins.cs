namespace Revela.Imaging.Ocr;

/// <summary>How far nothing but plate goes on beside a number, in heights of its digits. A digit that is hidden behind a hand, a fold or the edge leaves little.</summary>
readonly record struct Margins(float Left, float Right)
{
    /// <summary>Looked at this far; heights.</summary>
    public const float Reach = 0.8f;

    // Shares of a column: so much plate makes it plain; so much ink is a piece of a digit.
    const float PlateShare = 0.85f, InkShare = 0.07f;

    // Strokes have soft edges.
    const float Skip = 1.5f;

    public float Smaller => Math.Min(Left, Right);

    public static Margins Of(Line line, Planes planes, Tones tones) => new(
        Free(step => IsClear(line, planes, tones, line.Left - step), line.Height),
        Free(step => IsClear(line, planes, tones, line.Right + step), line.Height));

    static float Free(Func<float, bool> isClear, float height)
    {
        var step = Skip;
        while (step < Reach * height && isClear(step)) step++;
        return step / height;
    }

    // A logo on the plate hides no digit: it has another colour than ink, and plate above and below. A hand has not.
    static bool IsClear(Line line, Planes planes, Tones tones, float along)
    {
        int plate = 0, ink = 0, all = 0;
        for (var across = line.Top + 0.1f * line.Height; across <= line.Bottom - 0.1f * line.Height; across++, all++)
        {
            var (x, y) = line.Place(along, across);
            if (!IsInside(planes, x, y)) continue;
            if (tones.IsPlate(planes, x - 0.5f, y - 0.5f)) plate++;
            else if (tones.IsInk(planes, x - 0.5f, y - 0.5f)) ink++;
        }
        if (plate >= PlateShare * all) return true;
        return ink <= InkShare * all && IsPlate(line, planes, tones, along, line.Top - 0.06f * line.Height) && IsPlate(line, planes, tones, along, line.Bottom + 0.06f * line.Height);
    }

    static bool IsPlate(Line line, Planes planes, Tones tones, float along, float across)
    {
        var (x, y) = line.Place(along, across);
        return IsInside(planes, x, y) && tones.IsPlate(planes, x - 0.5f, y - 0.5f);
    }

    static bool IsInside(Planes planes, float x, float y) => x >= 0 && y >= 0 && x < planes.Width && y < planes.Height;
}
