namespace Revela.Imaging.Matting;

/// <summary>Pixels <c>First</c> to <c>End</c> of a row; the end is not part of it.</summary>
readonly record struct Interval(int First, int End);

/// <summary>Unknown pixels side by side, and where the pixel <c>X</c> of its row and of the two rows above and below stands in the storage.</summary>
readonly record struct Run(int Y, int X, int Length, int UpUp, int Up, int Here, int Down, int DownDown);

/// <summary>
/// The unknown pixels of a grid and a storage of numbers for them. The storage also holds a seam of two known pixels all around, which stay
/// zero, and behind each stretch a few zeros, so that a 5 × 5 stencil can read and write whole vectors without asking where it is.
/// </summary>
sealed class Band
{
    /// <summary>How far a stencil reaches.</summary>
    public const int Reach = 2;

    // A vector of four may begin at the last pixel of a run and look two further.
    const int Padding = 6;

    // Stretches nearer than this are stored as one.
    const int Gap = 8;

    // Pixels of a share of the work; shares end with rows, so that no two write to one row.
    const int SharePixels = 16_384;

    /// <summary>Pixels of a row that are stored, from this place on.</summary>
    public readonly record struct Stretch(int First, int End, int Place);

    readonly Interval[][] rows;
    readonly Stretch[][] stretches;

    /// <param name="rows">Unknown pixels of each row, from left to right, apart from each other.</param>
    public Band(Interval[][] rows)
    {
        this.rows = rows;
        stretches = new Stretch[rows.Length + 2 * Reach][];
        var size = Padding;
        for (var y = -Reach; y < rows.Length + Reach; y++) stretches[y + Reach] = Store(Seam(y), ref size);
        Size = size + Padding;
        Runs = [.. rows.SelectMany((intervals, y) => intervals.Select(interval => RunOf(y, interval)))];
        Shares = Cut();
        Count = Runs.Sum(run => run.Length);
    }

    /// <summary>Unknown pixels.</summary>
    public int Count { get; }

    /// <summary>Numbers that the storage holds.</summary>
    public int Size { get; }

    public Run[] Runs { get; }

    /// <summary>Ranges of runs for one thread each; always cut alike, so that sums over them come out alike.</summary>
    public Range[] Shares { get; }

    public int Height => rows.Length;

    public ReadOnlySpan<Interval> Row(int y) => rows[y];

    public ReadOnlySpan<Stretch> Stored(int y) => stretches[y + Reach];

    /// <summary>Where a pixel stands that is unknown or at most two from one that is.</summary>
    public int Place(int y, int x)
    {
        var row = stretches[y + Reach];
        int low = 0, high = row.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (row[middle].First <= x) low = middle;
            else high = middle - 1;
        }
        return row[low].Place + x - row[low].First;
    }

    // Every pixel within two of an unknown one, of this row or of the two above and below.
    List<Interval> Seam(int y)
    {
        var near = new List<Interval>();
        for (var from = Math.Max(0, y - Reach); from <= Math.Min(rows.Length - 1, y + Reach); from++)
            foreach (var interval in rows[from]) near.Add(new Interval(interval.First - Reach, interval.End + Reach));
        near.Sort((a, b) => a.First.CompareTo(b.First));
        var merged = new List<Interval>();
        foreach (var interval in near)
        {
            if (merged.Count > 0 && interval.First <= merged[^1].End + Gap) merged[^1] = merged[^1] with { End = Math.Max(merged[^1].End, interval.End) };
            else merged.Add(interval);
        }
        return merged;
    }

    static Stretch[] Store(List<Interval> seam, ref int size)
    {
        var stored = new Stretch[seam.Count];
        for (var i = 0; i < stored.Length; i++)
        {
            stored[i] = new Stretch(seam[i].First, seam[i].End, size);
            size = checked(size + seam[i].End - seam[i].First + Padding);
        }
        return stored;
    }

    Run RunOf(int y, Interval interval) => new(y, interval.First, interval.End - interval.First,
        Place(y - 2, interval.First), Place(y - 1, interval.First), Place(y, interval.First), Place(y + 1, interval.First), Place(y + 2, interval.First));

    Range[] Cut()
    {
        var shares = new List<Range>();
        int start = 0, pixels = 0;
        for (var i = 0; i < Runs.Length; i++)
        {
            pixels += Runs[i].Length;
            var ends = i == Runs.Length - 1 || pixels >= SharePixels && Runs[i + 1].Y != Runs[i].Y;
            if (!ends) continue;
            shares.Add(start..(i + 1));
            (start, pixels) = (i + 1, 0);
        }
        return [.. shares];
    }
}
