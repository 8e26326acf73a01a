namespace Revela.Imaging.Matting;

/// <summary>
/// Between a band and the band of half its size: every second pixel of every second row stands for itself, those between for the mean of their
/// neighbours (bilinear). Of the fine pixels only the unknown ones take part: elsewhere the error is zero.
/// </summary>
sealed unsafe class Transfer : IDisposable
{
    // Shares of coarse rows write to the fine rows between them; those of other parity never touch each other.
    const int ShareRows = 32;

    readonly Band fine;
    readonly Numbers unknown;
    readonly int[] firstRun;

    public Transfer(Band fine)
    {
        this.fine = fine;
        Coarse = new Band(Halved(fine));
        unknown = new Numbers(fine.Size);
        foreach (var run in fine.Runs) new Span<double>(unknown.At + run.Here, run.Length).Fill(1);
        firstRun = FirstRuns(Coarse);
    }

    public Band Coarse { get; }

    /// <summary>coarse = Pᵀ fine.</summary>
    public void Restrict(Numbers from, Numbers to) => Rows(0, 1, run =>
    {
        Pointers(run, from.At, out var up, out var here, out var down);
        for (var x = 0; x < run.Length; x++, up += 2, here += 2, down += 2)
            to.At[run.Here + x] = here[0] + 0.5 * (here[-1] + here[1] + up[0] + down[0]) + 0.25 * (up[-1] + up[1] + down[-1] + down[1]);
    });

    /// <summary>fine = fine + P coarse.</summary>
    public void Prolong(Numbers from, Numbers to)
    {
        for (var parity = 0; parity < 2; parity++) Rows(parity, 2, run => ProlongRun(run, from, to));
    }

    void ProlongRun(Run run, Numbers from, Numbers to)
    {
        Pointers(run, to.At, out var up, out var here, out var down);
        Pointers(run, unknown.At, out var maskUp, out var mask, out var maskDown);
        for (var x = 0; x < run.Length; x++)
        {
            var whole = from.At[run.Here + x];
            var (half, quarter, at) = (0.5 * whole, 0.25 * whole, 2 * x);
            here[at] += whole * mask[at];
            here[at - 1] += half * mask[at - 1];
            here[at + 1] += half * mask[at + 1];
            up[at] += half * maskUp[at];
            down[at] += half * maskDown[at];
            up[at - 1] += quarter * maskUp[at - 1];
            up[at + 1] += quarter * maskUp[at + 1];
            down[at - 1] += quarter * maskDown[at - 1];
            down[at + 1] += quarter * maskDown[at + 1];
        }
    }

    public void Dispose() => unknown.Dispose();

    void Pointers(in Run run, double* storage, out double* up, out double* here, out double* down)
    {
        up = storage + fine.Place(2 * run.Y - 1, 2 * run.X);
        here = storage + fine.Place(2 * run.Y, 2 * run.X);
        down = storage + fine.Place(2 * run.Y + 1, 2 * run.X);
    }

    void Rows(int first, int step, Action<Run> run)
    {
        var shares = (Coarse.Height + ShareRows - 1) / ShareRows;
        if (Coarse.Count == 0) return;
        Work.Share(Coarse.Count < 4096 ? 1 : (shares - first + step - 1) / step, part =>
        {
            if (Coarse.Count < 4096) Each(0, first == 0 ? Coarse.Height : 0, run);
            else Each((first + part * step) * ShareRows, Math.Min(Coarse.Height, (first + part * step + 1) * ShareRows), run);
        });
    }

    void Each(int top, int bottom, Action<Run> use)
    {
        for (var i = firstRun[top]; i < firstRun[bottom]; i++) use(Coarse.Runs[i]);
    }

    static int[] FirstRuns(Band band)
    {
        var first = new int[band.Height + 1];
        var at = 0;
        for (var y = 0; y <= band.Height; y++)
        {
            while (at < band.Runs.Length && band.Runs[at].Y < y) at++;
            first[y] = at;
        }
        return first;
    }

    static Interval[][] Halved(Band fine)
    {
        var rows = new Interval[(fine.Height + 1) / 2][];
        for (var y = 0; y < rows.Length; y++) rows[y] = Halved(fine.Row(2 * y));
        return rows;
    }

    static Interval[] Halved(ReadOnlySpan<Interval> row)
    {
        var halved = new List<Interval>();
        foreach (var interval in row)
        {
            var (first, end) = ((interval.First + 1) / 2, (interval.End + 1) / 2);
            if (first >= end) continue;
            if (halved.Count > 0 && halved[^1].End >= first) halved[^1] = halved[^1] with { End = end };
            else halved.Add(new Interval(first, end));
        }
        return [.. halved];
    }
}
