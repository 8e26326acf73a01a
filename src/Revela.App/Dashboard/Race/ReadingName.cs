using System.Globalization;
using Revela.App.Recipes.RacePhotos;

namespace Revela.App.Dashboard.Race;

/// <summary>What a reading of a photo is called in forms and addresses: the photo, what was read, and where.</summary>
public sealed record ReadingName(Guid Photo, string Bib, Box Box)
{
    const int Parts = 6;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Photo:N}-{Bib}-{Box.X}-{Box.Y}-{Box.Width}-{Box.Height}");

    /// <summary>Null when it is no name of a reading.</summary>
    public static ReadingName? Parse(string? text)
    {
        if (text?.Split('-') is not { Length: Parts } parts || !Guid.TryParseExact(parts[0], "N", out var photo) || !RosterFile.IsBib(parts[1])) return null;
        var sides = new int[4];
        for (var i = 0; i < sides.Length; i++)
            if (!int.TryParse(parts[i + 2], NumberStyles.None, CultureInfo.InvariantCulture, out sides[i])) return null;
        return new ReadingName(photo, parts[1], new Box(sides[0], sides[1], sides[2], sides[3]));
    }
}
