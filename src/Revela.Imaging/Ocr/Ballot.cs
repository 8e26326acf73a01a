namespace Revela.Imaging.Ocr;

/// <summary>The readings of one place, and what they amount to.</summary>
sealed class Ballot(Roster? roster)
{
    // Heights of the digits that the plate must go on for beyond the widest gap between them: a hidden digit would show its edge there.
    const float BeyondGap = 0.08f, LeastMargin = 0.2f;

    // Numbers of two digits have room on their plates; in small print they have not.
    const float LeastMarginOfTwo = 0.5f;

    // Nothing of a next digit could be seen on so narrow a strip.
    const float NoMargin = 0.15f;

    // What Tesseract takes digits for when letters are allowed.
    const string Letters = "OoDQlI|i!][ZzSsBgqGbTAe", Meant = "00001111111225589966748";

    readonly List<Vote> votes = [];

    sealed record Vote(Candidate Candidate, Reading Gray, Reading Mask, Reading Free)
    {
        public int Digits => Candidate.Line.Blobs.Length;

        public IEnumerable<Reading> Strict => [Gray, Mask, Candidate.Opinion, Candidate.Opinion, Candidate.Opinion];
    }

    public bool IsEmpty => votes.Count == 0;

    public void Add(Candidate candidate, Reading gray, Reading mask, Reading free) => votes.Add(new Vote(candidate, gray, mask, free));

    /// <summary>Null when nobody read a number that has as many digits as its place has blobs.</summary>
    /// <param name="scale">Pixels of the upright picture to one of the candidates' whole plane.</param>
    public Sighting? Result(float scale)
    {
        var names = votes.SelectMany(v => v.Strict.Where(r => r.IsNumber && r.Text.Length == v.Digits)).Select(r => r.Text).Distinct().ToArray();
        var known = roster is null ? names : names.Where(roster.Contains).ToArray();
        var best = (known.Length > 0 ? known : names).MaxBy(Weight);
        if (best is null) return null;

        var mine = votes.Where(v => v.Strict.Any(r => r.Text == best)).MaxBy(v => v.Candidate.Margins.Smaller)!;
        var (confidence, doubt) = Judge(best, mine);
        var (left, top, right, bottom) = mine.Candidate.Bounds;
        var box = new Box((int)(left * scale), (int)(top * scale), (int)MathF.Ceiling((right - left) * scale), (int)MathF.Ceiling((bottom - top) * scale));
        return new Sighting(best, confidence, box, doubt);
    }

    double Weight(string number) => votes.SelectMany(v => v.Strict).Where(r => r.Text == number).Sum(r => r.Least);

    (double Confidence, string? Doubt) Judge(string number, Vote mine)
    {
        var confidence = votes.SelectMany(v => v.Strict).Where(r => r.Text == number).Max(r => (double)r.Least);
        string? doubt = null;
        void Lower(double factor, string reason)
        {
            if (factor >= 1) return;
            confidence *= factor;
            doubt ??= reason;
        }

        var seconded = votes.Any(v => v.Candidate.Opinion.Text == number) && votes.Any(v => v.Gray.Text == number || v.Mask.Text == number);
        Lower(seconded ? 0.5 + 0.5 * Agreement(number) : 0.9 * Agreement(number), "the readings differ");
        Lower(votes.Any(v => AsDigits(v.Free.Text) == number) ? 1 : 0.6, "it may be letters");
        // Where no longer number was given out that it could be a part of, it is whole however it ends.
        var isWhole = roster is not null && roster.Contains(number) && !roster.HasLonger(number);
        var margin = mine.Candidate.Margins.Smaller;
        Lower(isWhole || margin >= Needed(mine.Candidate.Line) ? 1 : margin >= NoMargin ? 0.55 : 0.4, "it may go on beyond what is seen");
        Lower(votes.All(v => v.Candidate.IsCrowded) ? 0.5 : 1, "it stands in other writing");
        Lower(number.All(c => c is '1') ? 0.5 : 1, "it may be mere lines");
        Lower(number[0] == '0' ? 0.7 : 1, "it begins with a zero");
        if (roster is not null) Lower(roster.Contains(number) ? 1 : 0.4, "it is not on the roster");
        return (confidence, doubt);
    }

    // Of the readings that count as many digits; beside a number on the roster, only another one on it can be meant.
    double Agreement(string number)
    {
        var known = roster?.Contains(number) ?? false;
        var all = votes.SelectMany(v => v.Strict.Where(r => r.IsNumber && r.Text.Length == v.Digits && v.Digits >= number.Length && (!known || roster!.Contains(r.Text)))).ToArray();
        return all.Length == 0 ? 0 : all.Where(r => r.Text == number).Sum(r => r.Least) / all.Sum(r => r.Least);
    }

    static float Needed(Line line)
    {
        var beyond = Math.Max(LeastMargin, line.Gaps.Max() / line.Height + BeyondGap);
        return line.Blobs.Length == 2 ? Math.Max(LeastMarginOfTwo, beyond) : beyond;
    }

    static string AsDigits(string text) =>
        string.Concat(text.Where(c => char.IsLetterOrDigit(c) || Letters.Contains(c)).Select(c => Letters.IndexOf(c) is >= 0 and var i ? Meant[i] : c));
}
