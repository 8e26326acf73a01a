namespace Revela.Imaging.Ocr;

/// <summary>Tells a number that stands alone from one inside other writing, such as the year in a club's name or the digits of a car's plate.</summary>
static class Neighbours
{
    // Heights: how far writing goes on after a space or a hyphen.
    const float Near = 1.25f;

    // Of the digits' height: capitals and small letters of the same writing.
    const float Smallest = 0.55f, Largest = 1.5f;

    const float OffLine = 0.4f;

    // Grey levels; wider than between two digits of a number, since light may fall unevenly.
    const float InkTolerance = 50;

    /// <param name="sorted">All blobs of the plane, by their left edge.</param>
    public static bool Has(Line line, List<Blob> sorted)
    {
        var ink = line.Blobs.Average(b => b.Ink);
        var from = line.Bounds().Left - (Near + Largest) * line.Height;
        var to = line.Bounds().Right + Near * line.Height;
        foreach (var blob in sorted)
        {
            if (blob.Left < from) continue;
            if (blob.Left > to) break;
            if (Array.IndexOf(line.Blobs, blob) < 0 && blob.Height >= Smallest * line.Height && blob.Height <= Largest * line.Height
                && Math.Abs(blob.Ink - ink) <= InkTolerance && IsBeside(line, blob)) return true;
        }
        return false;
    }

    static bool IsBeside(Line line, Blob blob)
    {
        float dx = blob.CentreX - line.OriginX, dy = blob.CentreY - line.OriginY;
        float along = dx * line.Cos + dy * line.Sin, across = dy * line.Cos - dx * line.Sin;
        var gap = Math.Max(line.Left - along, along - line.Right) - blob.Width / 2f;
        return gap > -0.3f * line.Height && gap <= Near * line.Height && Math.Abs(across - (line.Top + line.Bottom) / 2) <= OffLine * line.Height;
    }
}
