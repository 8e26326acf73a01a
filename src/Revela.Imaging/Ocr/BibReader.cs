namespace Revela.Imaging.Ocr;

/// <summary>A number seen in a picture.</summary>
/// <param name="Confidence">0–1: how far its readings agree, how sure each is, and how plainly the number ends on both sides.</param>
/// <param name="Box">In pixels of the upright picture.</param>
/// <param name="Doubt">Why a person should look at it; null when nothing speaks against it.</param>
sealed record Sighting(string Number, double Confidence, Box Box, string? Doubt);

/// <summary>An upright rectangle.</summary>
readonly record struct Box(int X, int Y, int Width, int Height);

/// <summary>Finds and reads the numbers of a picture: candidates of all sizes and polarities, grouped by place, each group read several times and put to the vote.</summary>
sealed class BibReader(LineReader reader, Roster? roster)
{
    // Share of the smaller rectangle that two candidates for one number have in common.
    const float SamePlace = 0.5f;

    // Of one place, the candidates that differ most in size and threshold say all there is to say.
    const int MostOfOnePlace = 4;

    /// <param name="scale">Pixels of the upright picture to one of the planes.</param>
    /// <param name="report">Share that is done, 0–1.</param>
    public IReadOnlyList<Sighting> Read(Planes planes, float scale, Action<double> report, CancellationToken cancel)
    {
        var places = ByPlace(Detection.Find(planes, cancel));
        var sightings = new List<Sighting>();
        for (var i = 0; i < places.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            report((double)i / places.Count);
            if (Look(places[i], scale) is { } sighting) sightings.Add(sighting);
        }
        return sightings.OrderByDescending(s => s.Confidence).ToArray();
    }

    static List<List<Candidate>> ByPlace(List<Candidate> candidates)
    {
        var places = new List<List<Candidate>>();
        foreach (var candidate in candidates.OrderByDescending(c => c.Line.Blobs.Length).ThenBy(c => c.Line.Unevenness))
        {
            var place = places.Find(p => p[0].Overlap(candidate) > SamePlace);
            if (place is null) places.Add([candidate]);
            else if (place.Count < MostOfOnePlace) place.Add(candidate);
        }
        return places;
    }

    Sighting? Look(List<Candidate> place, float scale)
    {
        var ballot = new Ballot(roster);
        foreach (var candidate in place)
        {
            var gray = LinePicture.Gray(candidate.Line, candidate.Plane, candidate.Tones);
            var strict = reader.ReadDigits(gray);
            if (!strict.IsNumber && ballot.IsEmpty) continue;
            ballot.Add(candidate, strict, reader.ReadDigits(LinePicture.Mask(candidate.Line)), reader.ReadAnything(gray));
        }
        return ballot.Result(scale);
    }
}
